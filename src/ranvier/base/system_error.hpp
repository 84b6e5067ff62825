#pragma once

#include "ranvier/base/error.hpp"

namespace ranvier {

/// The system refused something about a file. Python: the OSError of its number, such as PermissionError.
class SystemError : public FileError {
public:
    /// @param number  errno
    SystemError(const std::filesystem::path& path, const std::string& what, int number)
        : FileError(path, no_offset, what), number_(number) {}
    int number() const { return number_; }

private:
    int number_;
};

}  // namespace ranvier
