#include "ranvier/report/pictures/png.hpp"

#include <zlib.h>

#include <algorithm>
#include <string_view>

#include "ranvier/base/error.hpp"

namespace ranvier::report {

namespace {

void put_number(std::vector<std::uint8_t>& out, std::uint32_t x) {
    for (const int shift : {24, 16, 8, 0}) {
        out.push_back(static_cast<std::uint8_t>(x >> shift));
    }
}

void put_chunk(std::vector<std::uint8_t>& out, std::string_view kind, const std::vector<std::uint8_t>& data) {
    put_number(out, static_cast<std::uint32_t>(data.size()));
    const std::size_t begin = out.size();
    out.insert(out.end(), kind.begin(), kind.end());
    out.insert(out.end(), data.begin(), data.end());
    put_number(out, static_cast<std::uint32_t>(crc32(0, out.data() + begin, static_cast<uInt>(out.size() - begin))));
}

}  // namespace

std::vector<std::byte> png(const Pixels& pixels) {
    const index rows = pixels.extent(0), columns = pixels.extent(1);
    require(rows > 0 && columns > 0 && pixels.extent(2) == 4, "a picture must have pixels of four channels");
    std::vector<std::uint8_t> header, lines;
    put_number(header, static_cast<std::uint32_t>(columns));
    put_number(header, static_cast<std::uint32_t>(rows));
    header.insert(header.end(), {8, 6, 0, 0, 0});  // 8 bits; colour with opacity; the only methods there are
    for (index y = 0; y < rows; ++y) {
        lines.push_back(0);  // no filter
        const std::uint8_t* line = pixels.data() + y * columns * 4;
        lines.insert(lines.end(), line, line + columns * 4);
    }
    uLongf size = compressBound(lines.size());
    std::vector<std::uint8_t> packed(size);
    const int done = compress2(packed.data(), &size, lines.data(), lines.size(), Z_BEST_COMPRESSION);
    if (done != Z_OK) {
        throw InternalError("a picture can't be packed");
    }
    packed.resize(size);
    std::vector<std::uint8_t> out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    put_chunk(out, "IHDR", header);
    put_chunk(out, "IDAT", packed);
    put_chunk(out, "IEND", {});
    std::vector<std::byte> bytes(out.size());
    std::ranges::transform(out, bytes.begin(), [](std::uint8_t x) { return std::byte{x}; });
    return bytes;
}

}  // namespace ranvier::report
