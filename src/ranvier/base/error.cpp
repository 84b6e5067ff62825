#include "ranvier/base/error.hpp"

namespace ranvier {

namespace {

std::string located(const std::filesystem::path& path, std::int64_t offset, const std::string& what) {
    std::string text = path.string();
    if (offset != FileError::no_offset) {
        text += " at byte " + text_of(offset);
    }
    return text + ": " + what;
}

}  // namespace

FileError::FileError(const std::filesystem::path& path, std::int64_t offset, const std::string& what)
    : std::runtime_error(located(path, offset, what)), path_(path), offset_(offset) {}

InternalError::InternalError(const std::string& what, Place where)
    : std::logic_error("internal error in " + std::string(where.function) + ": " + what + " (please report this)") {}

}  // namespace ranvier
