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
    /// Touching bytes that a file has lost since it was mapped kills the program: ask before reading a stretch.
    /// @throws FileError  the file has shrunk below `end`
    void check_present(std::size_t end) const;
    /// Tells the system that [begin, end) will not be read again soon, so that streaming keeps memory flat.
    void release(std::size_t begin, std::size_t end) const;

private:
    std::filesystem::path path_;
    std::shared_ptr<void> mapping_;
    std::span<const std::byte> bytes_;
    int fd_ = -1;  // owned by mapping_
};

/// Throws what writing to `goal` would throw before its first byte: for long work whose result goes there.
/// @throws FileError  the folder is missing or not writable, the name is too long, the goal exists and `overwrite` is
///                    false, or the goal is no regular file
void check_goal(const std::filesystem::path& goal, bool overwrite);

/// Writes a file aside and puts it in its place in commit(), on disk before it has its name: readers see the old file
/// or the whole new one, never a part, even after a power cut. Without commit() nothing stays; where the file system
/// can make files without a name (O_TMPFILE) not even when the process is killed.
///
/// A goal that is a symbolic link stays one: what it points to is replaced. A file that is replaced hands its
/// permissions on (where its group can't be kept, those of the group end); a new one has those the umask leaves.
/// Without `overwrite` exactly one of several writers succeeds.
class OutputFile {
public:
    /// @param overwrite  false: an existing goal is an error
    /// @throws FileError  as check_goal
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
    void put_in_place();
    void remove_aside();

    std::filesystem::path goal_;   // what the caller's name points to
    std::filesystem::path aside_;  // empty while the file has no name
    bool overwrite_ = false;
    std::int64_t position_ = 0;
    int fd_ = -1;
};

/// A name beside the goal that nobody else chooses, however many machines share the folder.
std::filesystem::path name_aside(const std::filesystem::path& goal);

/// The whole of a file. @throws FileError
std::vector<std::byte> file_bytes(const std::filesystem::path& path);
std::string file_text(const std::filesystem::path& path);

/// Folder for what can be fetched or made again: $RANVIER_CACHE, else $XDG_CACHE_HOME/ranvier, else ~/.cache/ranvier,
/// made where it is missing. Empty, which means that nothing is kept, where none of them is known, or where others own
/// it or may write into it: machine code is run from there.
std::filesystem::path cache_folder();

}  // namespace ranvier
