#include "ranvier/base/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "ranvier/base/log.hpp"
#include "ranvier/base/system_error.hpp"

namespace ranvier {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what, int error) {
    throw SystemError(path, what + ": " + std::strerror(error), error);
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : path_(path) {
    // Without waiting: a named pipe that nobody writes to is refused below, as all that is no file.
    const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        fail(path, "can't be opened", errno);
    }
    struct stat status {};
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        throw FileError(path, FileError::no_offset, "is not a regular file");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) {
        close(fd);
        return;
    }
    void* block = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (block == MAP_FAILED) {
        const int error = errno;
        close(fd);
        fail(path, "can't be mapped", error);
    }
    mapping_ = {block, [size, fd](void* p) {
                    munmap(p, size);
                    close(fd);
                }};
    fd_ = fd;
    bytes_ = {static_cast<const std::byte*>(block), size};
}

void MappedFile::release(std::size_t begin, std::size_t end) const {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    // The system maps neighbours of a touched page along with it: 64 KiB, or the whole large page in which it keeps the
    // file. Without them a long stream of small stretches would leave a fringe at each. A neighbour still in use is
    // only mapped again.
    constexpr std::size_t fringe = 2 << 20;
    begin = (begin - std::min(begin, fringe)) / page * page;
    end = std::min(end + fringe, bytes_.size()) / page * page;
    if (begin < end) {
        madvise(const_cast<std::byte*>(bytes_.data()) + begin, end - begin, MADV_DONTNEED);
    }
}

void MappedFile::check_present(std::size_t end) const {
    struct stat status {};
    if (end > 0 && (fstat(fd_, &status) != 0 || static_cast<std::size_t>(status.st_size) < end)) {
        throw FileError(path_, FileError::no_offset,
                        "has shrunk from " + text_of(bytes_.size()) + " to " + text_of(status.st_size) +
                            " bytes since it was opened; read it again");
    }
}

namespace {

/// What a name stands for, links followed, also those that point to nothing yet.
std::filesystem::path link_target(std::filesystem::path path) {
    for (int links = 0; links < 40; ++links) {
        std::error_code none;
        if (!std::filesystem::is_symlink(std::filesystem::symlink_status(path, none))) {
            return path;
        }
        path = path.parent_path() / std::filesystem::read_symlink(path);  // an absolute one replaces the whole
    }
    fail(path, "can't be written", ELOOP);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

[[noreturn]] void fail_existing(const std::filesystem::path& goal) {
    throw SystemError(goal, "exists already; ask for overwriting, or choose another name", EEXIST);
}

/// The status of a goal that may be replaced; nothing for one that is not there. Follows no links.
std::optional<struct stat> replaced(const std::filesystem::path& goal, bool overwrite) {
    struct stat status {};
    if (lstat(goal.c_str(), &status) != 0) {
        if (errno != ENOENT) {
            fail(goal, "can't be written", errno);
        }
        return std::nullopt;
    }
    if (S_ISDIR(status.st_mode)) {
        throw SystemError(goal, "is a folder; name a file in it", EISDIR);
    }
    if (!S_ISREG(status.st_mode)) {
        throw FileError(goal, FileError::no_offset, "is a device or a pipe; results go to regular files");
    }
    if (!overwrite) {
        fail_existing(goal);
    }
    return status;
}

/// Links a file without a name to `path`. @return 0, or errno
int link_to(int fd, const std::filesystem::path& path) {
    const std::string self = "/proc/self/fd/" + text_of(fd);
    return linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/// Moves to a name that must be free, in one step where the file system can. @return 0, or errno
int rename_to_free(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return errno;
    }
    if (link(from.c_str(), to.c_str()) != 0) {
        return errno;
    }
    unlink(from.c_str());
    return 0;
}

}  // namespace

std::filesystem::path name_aside(const std::filesystem::path& goal) {
    std::uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
        fail(goal, "can't be written", errno);
    }
    char text[32];
    *std::to_chars(text, text + sizeof text, number, 36).ptr = '\0';
    return folder_of(goal) / (std::string(".ranvier-") + text + ".part");
}

void check_goal(const std::filesystem::path& goal, bool overwrite) { OutputFile(goal, overwrite); }

OutputFile::OutputFile(const std::filesystem::path& goal, bool overwrite)
    : goal_(link_target(goal)), overwrite_(overwrite) {
    const auto old = replaced(goal_, overwrite);
    const std::filesystem::path folder = folder_of(goal_);
    // A name too long shall not come to light after hours of work.
    if (goal_.filename().native().size() > NAME_MAX) {
        fail(goal, "can't be written", ENAMETOOLONG);
    }
    fd_ = open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (fd_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOSYS || errno == EINVAL)) {
        aside_ = name_aside(goal_);
        fd_ = open(aside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    if (fd_ < 0) {
        fail(goal, "can't be written", errno);
    }
    if (old) {
        // Owner and group first, as changing them takes permissions away. Only root may change the owner, which is no
        // reason not to write; but what a group may do must not fall to another group.
        const bool same_group = fchown(fd_, old->st_uid, old->st_gid) == 0 || fchown(fd_, uid_t(-1), old->st_gid) == 0;
        if (fchmod(fd_, old->st_mode & (same_group ? 0777U : 0707U)) != 0) {
            fail(goal, "can't be given the permissions of the file it replaces", errno);
        }
    }
}

OutputFile::~OutputFile() {
    if (fd_ >= 0) {
        close(fd_);
        remove_aside();
    }
}

void OutputFile::remove_aside() {
    if (!aside_.empty()) {
        unlink(aside_.c_str());
    }
}

void OutputFile::write(std::span<const std::byte> bytes) {
    const std::int64_t begin = position_;
    position_ += static_cast<std::int64_t>(bytes.size());
    write_at(begin, bytes);
}

void OutputFile::write_at(std::int64_t offset, std::span<const std::byte> bytes) {
    ensure(offset >= 0 && offset + static_cast<std::int64_t>(bytes.size()) <= position_,
           "rewriting written bytes only");
    while (!bytes.empty()) {
        const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            fail(goal_, "can't be written", errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += n;
    }
}

void OutputFile::commit() {
    ensure(fd_ >= 0, "one commit per file");
    try {
        if (fsync(fd_) != 0) {
            fail(goal_, "can't be written", errno);
        }
        put_in_place();
    } catch (...) {
        close(fd_);
        fd_ = -1;
        remove_aside();
        throw;
    }
    close(fd_);
    fd_ = -1;
}

void OutputFile::put_in_place() {
    int error = 0;
    if (!overwrite_) {
        error = aside_.empty() ? link_to(fd_, goal_) : rename_to_free(aside_, goal_);
    } else {
        if (aside_.empty()) {
            aside_ = name_aside(goal_);
            error = link_to(fd_, aside_);
        }
        if (error == 0 && rename(aside_.c_str(), goal_.c_str()) != 0) {
            error = errno;
        }
    }
    if (error == EEXIST) {
        fail_existing(goal_);
    }
    if (error != 0) {
        fail(goal_, "can't be put in place", error);
    }
}

std::vector<std::byte> file_bytes(const std::filesystem::path& path) {
    const MappedFile file(path);
    return {file.bytes().begin(), file.bytes().end()};
}

std::string file_text(const std::filesystem::path& path) {
    const MappedFile file(path);
    return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

namespace {

/// A folder that is ours alone to write into, made where it is missing.
bool ours(const std::filesystem::path& folder) {
    std::error_code none;
    std::filesystem::create_directories(folder_of(folder), none);
    mkdir(folder.c_str(), 0700);
    struct stat status {};
    return stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
           (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

std::filesystem::path cache_folder() {
    const auto given = [](const char* name) {
        const char* text = std::getenv(name);
        return std::filesystem::path(text ? text : "");
    };
    std::filesystem::path folder = given("RANVIER_CACHE");
    if (folder.empty()) {
        folder = given("XDG_CACHE_HOME");
        if (folder.empty() && !given("HOME").empty()) {
            folder = given("HOME") / ".cache";
        }
        folder = folder.empty() ? folder : folder / "ranvier";
    }
    if (folder.empty() || ours(folder)) {
        return folder;
    }
    static std::atomic<bool> said{false};
    if (!said.exchange(true)) {
        warn("nothing is kept in " + folder.string() +
             ", into which others may write, or which can't be made or is somebody else's: machine code is run from "
             "there. Take their rights away (chmod go-w), or set RANVIER_CACHE to another folder");
    }
    return {};
}

}  // namespace ranvier
