#include "ranvier/formats/freesurfer/bytes.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats::freesurfer {

Reader::Reader(const std::filesystem::path& path) : Reader(path, file_bytes(path)) {}
Reader::Reader(const std::filesystem::path& path, std::vector<std::byte> bytes)
    : path_(path), bytes_(std::move(bytes)) {}

void Reader::fail(const std::string& what) const { throw FileError(path_, static_cast<std::int64_t>(position_), what); }

const std::byte* Reader::take(std::size_t bytes) {
    if (bytes > left()) {
        fail("ends too early: " + text_of(bytes) + " bytes are wanted here, and " + text_of(left()) + " are left");
    }
    position_ += bytes;
    return bytes_.data() + position_ - bytes;
}

void Reader::skip(std::size_t bytes) { take(bytes); }

void Reader::need(std::int64_t count, std::size_t size, const std::string& what) {
    if (count < 0 || static_cast<std::uint64_t>(count) > left() / size) {
        fail("should hold " + text_of(count) + " " + what + " from here on, and " + text_of(left()) +
             " bytes are left");
    }
}

std::uint8_t Reader::uint8() { return std::to_integer<std::uint8_t>(*take(1)); }
std::int16_t Reader::int16() {
    const std::byte* p = take(2);
    return static_cast<std::int16_t>(std::to_integer<unsigned>(p[0]) << 8 | std::to_integer<unsigned>(p[1]));
}
std::uint32_t Reader::uint24() {
    const std::byte* p = take(3);
    return std::to_integer<std::uint32_t>(p[0]) << 16 | std::to_integer<std::uint32_t>(p[1]) << 8 |
           std::to_integer<std::uint32_t>(p[2]);
}
std::int32_t Reader::int32() {
    const auto upper = std::uint32_t{uint8()};
    return static_cast<std::int32_t>(upper << 24 | uint24());
}
float Reader::float32() { return std::bit_cast<float>(int32()); }

std::string Reader::line() {
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(position_);
    const auto end = std::find(begin, bytes_.end(), std::byte{'\n'});
    if (end == bytes_.end()) {
        fail("ends in the middle of a line of text");
    }
    const auto length = static_cast<std::size_t>(end - begin);
    std::string made = text(length);
    skip(1);
    return made;
}

std::string Reader::text(std::size_t length) {
    const auto* p = reinterpret_cast<const char*>(take(length));
    return {p, length};
}

void put_int32(std::vector<std::byte>& out, std::int32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::byte>(static_cast<std::uint32_t>(value) >> shift & 0xff));
    }
}
void put_uint24(std::vector<std::byte>& out, std::uint32_t value) {
    for (int shift = 16; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::byte>(value >> shift & 0xff));
    }
}
void put_float32(std::vector<std::byte>& out, float value) { put_int32(out, std::bit_cast<std::int32_t>(value)); }
void put_text(std::vector<std::byte>& out, const std::string& text) {
    const auto bytes = std::as_bytes(std::span(text));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void write_file(const std::filesystem::path& path, const std::vector<std::byte>& bytes, bool overwrite) {
    OutputFile file(path, overwrite);
    file.write(bytes);
    file.commit();
}

}  // namespace ranvier::formats::freesurfer
