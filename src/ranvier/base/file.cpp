#include "ranvier/base/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "ranvier/base/error.hpp"

namespace ranvier {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what, int error) {
    throw FileError(path, FileError::no_offset, what + ": " + std::strerror(error));
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
    const int error = errno;
    close(fd);
    if (block == MAP_FAILED) {
        fail(path, "can't be mapped", error);
    }
    mapping_ = {block, [size](void* p) { munmap(p, size); }};
    bytes_ = {static_cast<const std::byte*>(block), size};
}

void MappedFile::release(std::size_t begin, std::size_t end) const {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    // The system maps neighbours of a touched page along with it, 64 KiB at a time; without them a long stream of small
    // stretches would leave a fringe at each. A neighbour still in use is only mapped again.
    constexpr std::size_t fringe = 128 << 10;
    begin = (begin - std::min(begin, fringe)) / page * page;
    end = std::min(end + fringe, bytes_.size()) / page * page;
    if (begin < end) {
        madvise(const_cast<std::byte*>(bytes_.data()) + begin, end - begin, MADV_DONTNEED);
    }
}

OutputFile::OutputFile(const std::filesystem::path& goal, bool overwrite) : goal_(goal) {
    if (!overwrite && std::filesystem::exists(goal)) {
        throw FileError(goal, FileError::no_offset, "exists already; ask for overwriting, or choose another name");
    }
    static std::atomic<unsigned> serial{0};
    aside_ = goal;
    aside_ += ".part-" + std::to_string(getpid()) + "-" + std::to_string(serial++);
    fd_ = open(aside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd_ < 0) {
        fail(goal, "can't be written", errno);
    }
}

OutputFile::~OutputFile() {
    if (fd_ >= 0) {
        close(fd_);
        unlink(aside_.c_str());
    }
}

void OutputFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            fail(goal_, "can't be written", errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        position_ += n;
    }
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
    const int fd = fd_;
    fd_ = -1;
    if (close(fd) != 0) {
        const int error = errno;
        unlink(aside_.c_str());
        fail(goal_, "can't be written", error);
    }
    if (rename(aside_.c_str(), goal_.c_str()) != 0) {
        const int error = errno;
        unlink(aside_.c_str());
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

std::filesystem::path cache_folder() {
    if (const char* own = std::getenv("RANVIER_CACHE"); own && *own) {
        return own;
    }
    if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg) {
        return std::filesystem::path(xdg) / "ranvier";
    }
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home && *home ? home : ".") / ".cache" / "ranvier";
}

}  // namespace ranvier
