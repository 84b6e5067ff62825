#include "ranvier/base/array.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>

#include "ranvier/base/file.hpp"
#include "ranvier/base/system_error.hpp"

namespace ranvier::detail {

namespace {

constexpr std::size_t alignment = 64;
constexpr char mapped_mark[] = "RANVIER SAMPLES\n";  // at the end of a file of mapped samples
constexpr std::size_t mark_bytes = sizeof mapped_mark - 1;
constexpr std::size_t huge_block = std::size_t{4} << 20;

std::string megabytes(std::size_t bytes) { return text_of((bytes >> 20) + 1) + " MiB"; }

bool is_mapped_samples(const std::filesystem::path& path) {
    char end[mark_bytes] = {};
    std::ifstream file(path, std::ios::binary);
    return file.seekg(-static_cast<std::streamoff>(mark_bytes), std::ios::end) && file.read(end, mark_bytes) &&
           std::memcmp(end, mapped_mark, mark_bytes) == 0;
}

}  // namespace

std::size_t checked_bytes(std::span<const index> extents, std::size_t element) {
    std::size_t bytes = element;
    for (index e : extents) {
        require(e >= 0, "an array's extent must be >= 0; got ", e);
        const bool fits = e == 0 || bytes <= std::numeric_limits<std::size_t>::max() / 4 / static_cast<std::size_t>(e);
        require(fits, "the array is too large for this machine's address space");
        bytes *= static_cast<std::size_t>(e);
    }
    return bytes;
}

std::shared_ptr<void> aligned_memory(std::size_t bytes) {
    const std::size_t padded = (bytes / alignment + 2) * alignment;
    if (padded >= huge_block) {
        // Fresh pages come zeroed from the system, and only when touched.
        void* block = mmap(nullptr, padded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        require(block != MAP_FAILED, [&] { return "not enough memory for an array of " + megabytes(bytes); });
        madvise(block, padded, MADV_HUGEPAGE);
        return {block, [padded](void* p) { munmap(p, padded); }};
    }
    void* block = std::aligned_alloc(alignment, padded);
    require(block != nullptr, [&] { return "not enough memory for an array of " + megabytes(bytes); });
    std::memset(block, 0, padded);
    return {block, [](void* p) { std::free(p); }};
}

std::shared_ptr<void> mapped_memory(const std::filesystem::path& path, std::size_t bytes) {
    const std::size_t padded = (bytes / alignment + 2) * alignment;
    // Only a file that was made here is replaced; what others hold of it stays theirs, since the new one is another
    // file that takes its name.
    std::error_code none;
    if (std::filesystem::exists(path, none) &&
        (!std::filesystem::is_regular_file(path, none) || !is_mapped_samples(path))) {
        throw FileError(path, FileError::no_offset,
                        "exists and holds something else than mapped samples; choose another name, or remove it");
    }
    const std::filesystem::path aside = name_aside(path);
    const int fd = open(aside.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
        throw SystemError(path, std::string("can't be opened for mapping: ") + std::strerror(errno), errno);
    }
    const auto fail = [&](const std::string& what, int error) {
        close(fd);
        unlink(aside.c_str());
        throw SystemError(path, what + std::strerror(error), error);
    };
    if (ftruncate(fd, static_cast<off_t>(padded)) != 0) {
        fail("can't be made " + megabytes(padded) + " long: ", errno);
    }
    void* block = mmap(nullptr, padded, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (block == MAP_FAILED) {
        fail("can't be mapped: ", errno);
    }
    std::memcpy(static_cast<char*>(block) + padded - mark_bytes, mapped_mark, mark_bytes);  // behind the samples
    if (std::rename(aside.c_str(), path.c_str()) != 0) {
        const int error = errno;
        munmap(block, padded);
        fail("can't be put in place: ", error);
    }
    close(fd);
    return {block, [padded](void* p) { munmap(p, padded); }};
}

}  // namespace ranvier::detail
