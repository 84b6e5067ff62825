#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ranvier {

/// A file mapped read-only into memory, for its whole lifetime.
class MappedFile {
public:
    /// @throws FileError  missing, unreadable, or not a regular file
    explicit MappedFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return path_; }
    std::span<const std::byte> bytes() const { return bytes_; }
    /// Tells the system that [begin, end) will not be read again soon, so that streaming keeps memory flat.
    void release(std::size_t begin, std::size_t end) const;

private:
    std::filesystem::path path_;
    std::shared_ptr<void> mapping_;
    std::span<const std::byte> bytes_;
};

/// Writes a file beside its goal and renames it there in commit(): readers see the old file or the whole new one,
/// never a part. Without commit() the destructor removes what was written.
class OutputFile {
public:
    /// @param overwrite  false: an existing goal is an error
    /// @throws FileError  the folder is missing or not writable, or the goal exists and `overwrite` is false
    OutputFile(const std::filesystem::path& goal, bool overwrite);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
    /// Overwrites bytes already written (a header whose counts are known only at the end).
    void write_at(std::int64_t offset, std::span<const std::byte> bytes);
    std::int64_t position() const { return position_; }
    void commit();

private:
    std::filesystem::path goal_;
    std::filesystem::path aside_;
    std::int64_t position_ = 0;
    int fd_ = -1;
};

/// The whole of a file. @throws FileError
std::vector<std::byte> file_bytes(const std::filesystem::path& path);
std::string file_text(const std::filesystem::path& path);

/// Folder for what can be fetched or made again: $RANVIER_CACHE, else $XDG_CACHE_HOME/ranvier, else ~/.cache/ranvier.
std::filesystem::path cache_folder();

}  // namespace ranvier
