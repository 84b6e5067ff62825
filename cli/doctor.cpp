#include "commands.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/version.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::cli {

provenance::NamedValues versions() {
    auto list = platform_description();
    list.emplace_back("BLAS", numerics::blas_description());
    return list;
}

provenance::RunRecord new_run(const Common& common) {
    provenance::RunRecord run;
    run.command = common.command;
    run.versions = versions();
    return run;
}

void add_doctor(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("doctor", "Show versions, BLAS, threads and instruction sets");
    command->callback([&common] {
        auto list = versions();
        list.emplace_back("cache", cache_folder().string());
        if (common.json) {
            Json object;
            for (const auto& [name, value] : list) {
                object[name] = value;
            }
            print(object.dump(2));
            return;
        }
        for (const auto& [name, value] : list) {
            print(name + std::string(name.size() < 18 ? 18 - name.size() : 1, ' ') + value);
        }
    });
}

}  // namespace ranvier::cli
