#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ranvier/base/file.hpp"

/// FreeSurfer's binary files: big-endian numbers one behind the other.
namespace ranvier::formats::freesurfer {

/// Reads a file from its beginning to its end. Whatever is asked for and not there is a FileError with the place.
class Reader {
public:
    explicit Reader(const std::filesystem::path& path);
    /// Of bytes that were read, or decompressed, already.
    Reader(const std::filesystem::path& path, std::vector<std::byte> bytes);

    std::int32_t int32();
    std::int16_t int16();
    std::uint8_t uint8();
    std::uint32_t uint24();
    float float32();
    /// Text up to the end of the line, which is passed.
    std::string line();
    std::string text(std::size_t length);
    /// Throws unless `count` items of `size` bytes are there. @param what  they are, for the message
    void need(std::int64_t count, std::size_t size, const std::string& what);
    void skip(std::size_t bytes);

    bool at_end() const { return position_ == bytes_.size(); }
    std::size_t position() const { return position_; }
    std::size_t left() const { return bytes_.size() - position_; }
    [[noreturn]] void fail(const std::string& what) const;

private:
    const std::byte* take(std::size_t bytes);

    std::filesystem::path path_;
    std::vector<std::byte> bytes_;
    std::size_t position_ = 0;
};

/// Puts numbers behind what is there already.
void put_int32(std::vector<std::byte>& out, std::int32_t value);
void put_uint24(std::vector<std::byte>& out, std::uint32_t value);
void put_float32(std::vector<std::byte>& out, float value);
void put_text(std::vector<std::byte>& out, const std::string& text);
void write_file(const std::filesystem::path& path, const std::vector<std::byte>& bytes, bool overwrite);

}  // namespace ranvier::formats::freesurfer
