#include "ranvier/formats/plain/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/error.hpp"

namespace ranvier::formats {

namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
constexpr int gzip_window = 15 + 16;  // zlib: the largest window, with gzip header and trailer

Bytef* zlib_bytes(const std::byte* p) { return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(p)); }

}  // namespace

std::vector<std::byte> gunzipped(const std::filesystem::path& path, std::size_t limit) {
    const MappedFile file(path);
    // A small file can hold gigabytes of nothing: half of the memory is left to others.
    const std::size_t memory = memory_bytes() / 2;
    const auto in = file.bytes();
    struct Inflate {
        z_stream stream{};
        Inflate() { ensure(inflateInit2(&stream, gzip_window) == Z_OK, "zlib starts"); }
        ~Inflate() { inflateEnd(&stream); }
    } inflater;
    z_stream& z = inflater.stream;
    std::vector<std::byte> out;
    std::size_t used = 0;  // of `in`
    bool ended = false;
    // The output grows with what has been decompressed, so a small damaged file can't ask for much memory.
    while (!ended || used < in.size()) {
        if (ended) {  // gzip files may be strung together
            inflateReset(&z);
            ended = false;
        }
        const std::size_t before = out.size();
        if (before > limit) {
            throw FileError(
                path, static_cast<std::int64_t>(used),
                "decompresses to more than " + text_of(limit) + " bytes, the most that such a file may hold");
        }
        if (before > memory) {
            throw FileError(path, static_cast<std::int64_t>(used),
                            "decompresses to more than " + text_of(memory) +
                                " bytes, half of this machine's memory; decompress it on disk (gunzip) and read that");
        }
        out.resize(before + std::clamp(before, std::size_t{1} << 14, chunk_bytes * 16));
        z.next_in = zlib_bytes(in.data() + used);
        const auto offered = std::min(in.size() - used, chunk_bytes);
        z.avail_in = static_cast<uInt>(offered);
        z.next_out = zlib_bytes(out.data() + before);
        z.avail_out = static_cast<uInt>(out.size() - before);
        const int status = inflate(&z, Z_NO_FLUSH);
        used += offered - z.avail_in;
        const std::size_t made = out.size() - before - z.avail_out;
        out.resize(before + made);
        if (status == Z_STREAM_END) {
            ended = true;
        } else if (status != Z_OK && !(status == Z_BUF_ERROR && (made > 0 || offered > z.avail_in))) {
            throw FileError(path, static_cast<std::int64_t>(used),
                            used == in.size() ? "the compressed file is truncated" : "the compressed data is damaged");
        }
        if (!ended && used == in.size() && made == 0) {
            throw FileError(path, static_cast<std::int64_t>(used), "the compressed file is truncated");
        }
    }
    return out;
}

struct GzipStream::State {
    OutputFile& file;
    z_stream z{};
    std::vector<std::byte> out = std::vector<std::byte>(chunk_bytes);

    void run(std::span<const std::byte> bytes, int flush) {
        z.next_in = zlib_bytes(bytes.data());
        z.avail_in = static_cast<uInt>(bytes.size());
        do {
            z.next_out = zlib_bytes(out.data());
            z.avail_out = static_cast<uInt>(out.size());
            ensure(deflate(&z, flush) != Z_STREAM_ERROR, "zlib compresses");
            file.write(std::span<const std::byte>(out).first(out.size() - z.avail_out));
        } while (z.avail_out == 0);
    }
};

GzipStream::GzipStream(OutputFile& file, int level) : state_(new State{file}) {
    ensure(deflateInit2(&state_->z, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib starts");
}

GzipStream::~GzipStream() { deflateEnd(&state_->z); }

void GzipStream::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto part = bytes.first(std::min(bytes.size(), chunk_bytes * 64));
        state_->run(part, Z_NO_FLUSH);
        bytes = bytes.subspan(part.size());
    }
}

void GzipStream::finish() { state_->run({}, Z_FINISH); }

}  // namespace ranvier::formats
