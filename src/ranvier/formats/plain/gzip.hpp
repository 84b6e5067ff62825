#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "ranvier/base/file.hpp"

namespace ranvier::formats {

/// The contents of a gzip file. @throws FileError  damaged, truncated, or more than `limit` bytes long
std::vector<std::byte> gunzipped(const std::filesystem::path& path, std::size_t limit);

/// Compresses what is written to it into `file`. The file must outlive it.
class GzipStream {
public:
    /// @param level  1 fast … 9 small
    explicit GzipStream(OutputFile& file, int level = 2);
    ~GzipStream();
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

    void write(std::span<const std::byte> bytes);
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ranvier::formats
