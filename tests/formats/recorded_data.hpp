#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include "tests/places.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace ranvier::formats {

/// A file of the recorded data, which not every machine has: in $RANVIER_DATA, or in shared/data beside or inside the
/// checkout.
inline std::optional<std::filesystem::path> recorded_data(const std::string& name) {
    namespace fs = std::filesystem;
    const fs::path source(ranvier::tests::source_folder());
    const char* own = std::getenv("RANVIER_DATA");
    for (const fs::path& folder : {fs::path(own ? own : ""), source / "../shared/data", source / "shared/data"}) {
        if (!folder.empty() && fs::exists(folder / name)) {
            return folder / name;
        }
    }
    return {};
}

/// A folder of its own for one test, removed with it.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ranvier-test-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace ranvier::formats
