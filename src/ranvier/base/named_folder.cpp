#include "ranvier/base/named_folder.hpp"

#include <mutex>
#include <set>
#include <string>

#include "ranvier/base/fork.hpp"
#include "ranvier/base/log.hpp"

namespace ranvier {

void check_named_folder(const char* variable, const std::filesystem::path& folder) {
    static ProcessMutex mutex;
    static std::set<std::string> told;
    std::error_code none;
    if (std::filesystem::is_directory(folder, none)) {
        return;
    }
    {
        const std::lock_guard lock(mutex);
        if (!told.insert(variable + ("=" + folder.string())).second) {
            return;
        }
    }
    warn(std::string(variable) + " names '" + folder.string() + "', which is no folder: it is passed over");
}

}  // namespace ranvier
