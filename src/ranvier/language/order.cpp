#include "ranvier/language/order.hpp"

#include <algorithm>
#include <unordered_map>

#include "ranvier/language/calculus.hpp"

namespace ranvier::language {

// Depth-first with a stack of our own, because a chain of subexpressions may be as long as the text.
std::vector<std::size_t> order_of_subexpressions(const std::vector<Subexpression>& all, const std::string& place,
                                                 Report& report) {
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t k = 0; k < all.size(); ++k) {
        index.emplace(all[k].name, k);
    }
    std::vector<std::vector<std::size_t>> needs(all.size());
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (!all[k].expr) {
            continue;
        }
        for (const std::string& name : names_in(all[k].expr)) {
            if (const auto found = index.find(name); found != index.end()) {
                needs[k].push_back(found->second);
            }
        }
    }
    enum Progress : char { untouched, open, closed };
    std::vector<char> state(all.size(), untouched);
    std::vector<std::size_t> order;
    for (std::size_t start = 0; start < all.size(); ++start) {
        std::vector<std::pair<std::size_t, std::size_t>> path;  // subexpression, how many of its needs are done
        if (state[start] == untouched) {
            path.emplace_back(start, 0);
            state[start] = open;
        }
        while (!path.empty()) {
            auto& [k, done] = path.back();
            if (done == needs[k].size()) {
                state[k] = closed;
                order.push_back(k);
                path.pop_back();
                continue;
            }
            const std::size_t next = needs[k][done++];
            if (state[next] == untouched) {
                state[next] = open;
                path.emplace_back(next, 0);
            } else if (state[next] == open) {
                std::string circle = all[next].name;
                const auto first =
                    std::find_if(path.begin(), path.end(), [&](const auto& step) { return step.first == next; });
                for (auto step = first + 1; step < path.end() && step - first < 10; ++step) {
                    circle += " → " + all[step->first].name;
                }
                circle += (path.end() - first > 10 ? " → … → " : " → ") + all[next].name;
                report.add_once(place, all[next].position, "subexpressions need each other in a circle: " + circle);
            }
        }
    }
    return order;
}

}  // namespace ranvier::language
