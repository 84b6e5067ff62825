#include "ranvier/base/version.hpp"

#include <sys/utsname.h>

#include <fstream>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/parallel.hpp"

namespace ranvier {

namespace {

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name") || line.starts_with("Model")) {
            const std::size_t colon = line.find(':');
            if (colon != std::string::npos && colon + 2 < line.size()) {
                return line.substr(colon + 2);
            }
        }
    }
    return "unknown";
}

}  // namespace

std::string version() { return RANVIER_VERSION; }

std::vector<std::pair<std::string, std::string>> platform_description() {
    utsname system{};
    uname(&system);
#if defined(__clang__)
    const std::string compiler = "clang " __clang_version__;
#else
    const std::string compiler = "g++ " __VERSION__;
#endif
    return {{"Ranvier", version()},
            {"compiler", compiler},
            {"system", std::string(system.sysname) + " " + system.release + " " + system.machine},
            {"processor", processor_name()},
            {"processors", text_of(processors())},
            {"threads", text_of(threads())},
            {"instruction set", std::string(name(instruction_set()))}};
}

}  // namespace ranvier
