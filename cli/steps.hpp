#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/base/progress.hpp"

namespace ranvier::cli {

/// Times the steps of a job and shows each as it ends.
class Steps {
public:
    template <class F>
    auto operator()(const std::string& name, F&& work) {
        const auto start = std::chrono::steady_clock::now();
        const Progress progress(name, 1);
        struct Note {
            Steps& steps;
            const std::string& name;
            std::chrono::steady_clock::time_point start;
            ~Note() {
                steps.timings.emplace_back(
                    name, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
            }
        } note{*this, name, start};
        return work();
    }
    std::vector<std::pair<std::string, double>> timings;  ///< step, [s]
};

}  // namespace ranvier::cli
