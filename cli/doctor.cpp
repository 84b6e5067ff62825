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
    explain(command, {"doctor", "doctor --json"});
    command->callback([&common] {
        Json table;
        for (const auto& [name, value] : versions()) {
            table[name] = value;
        }
        const auto cache = cache_folder();
        table["cache"] =
            cache.empty() ? "none: set RANVIER_CACHE to a folder that only you may write into" : cache.string();
        print_table(common, table, 18);
    });
}

}  // namespace ranvier::cli
