#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::fuzz {

/// A file in memory that always has the same name and each time other bytes.
class Input {
public:
    explicit Input(const std::string& extension)
        : path_("/dev/shm/ranvier-fuzz-" + std::to_string(getpid()) + extension),
          fd_(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        set_log_sink([](LogLevel, const std::string&) {});
    }
    ~Input() {
        close(fd_);
        unlink(path_.c_str());
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    const std::filesystem::path& holding(const std::uint8_t* data, std::size_t size) {
        if (fd_ < 0 || ftruncate(fd_, static_cast<off_t>(size)) != 0 ||
            pwrite(fd_, data, size, 0) != static_cast<ssize_t>(size)) {
            std::perror(path_.c_str());
            std::exit(1);
        }
        return path_;
    }

private:
    std::filesystem::path path_;
    int fd_;
};

/// Runs a reader. Refusing a file is right; any other exception is a finding, because it escapes from here.
template <class Reader>
void try_reading(const Reader& reader) {
    const ThreadLimit one(1);
    try {
        reader();
    } catch (const FileError&) {
    } catch (const InvalidInput&) {
    }
}

/// Reads both ends of a recording: what was taken for sound must be readable.
inline void read_ends(const meeg::Raw& raw) {
    ensure(raw.info.n_channels() > 0 && raw.n_samples() > 0, "a recording has channels and samples");
    const index n = std::min<index>(raw.n_samples(), 50);
    std::vector<index> all;
    for (index c = 0; c < std::min<index>(raw.info.n_channels(), 1000); ++c) {
        all.push_back(c);
    }
    meeg::samples(raw, all, 0, n);
    meeg::samples(raw, all, raw.n_samples() - n, raw.n_samples());
}

}  // namespace ranvier::fuzz
