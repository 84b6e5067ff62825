#include "ranvier/formats/plain/source.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"

namespace ranvier::formats {

namespace {

constexpr index piece_bytes = index{1} << 20;  // decoded by one thread in one go, then given back
constexpr index tile_bytes = index{1} << 16;   // of a piece, so that channels that lie side by side stay in the cache

template <std::size_t Bytes>
using Bits = std::conditional_t<
    Bytes == 1, std::uint8_t,
    std::conditional_t<Bytes == 2, std::uint16_t, std::conditional_t<Bytes == 4, std::uint32_t, std::uint64_t>>>;

/// The number at p.
template <class Number, bool big_endian>
double number_at(const std::byte* p) {
    Bits<sizeof(Number)> bits = 0;
    std::memcpy(&bits, p, sizeof(Number));
    if constexpr (sizeof(Number) > 1 && big_endian != (std::endian::native == std::endian::big)) {
        Bits<sizeof(Number)> swapped = 0;
        for (std::size_t k = 0; k < sizeof(Number); ++k) {
            swapped = static_cast<Bits<sizeof(Number)>>(swapped << 8 | (bits & 0xFF));
            bits = static_cast<Bits<sizeof(Number)>>(bits >> 8);
        }
        bits = swapped;
    }
    return static_cast<double>(std::bit_cast<Number>(bits));
}

/// Calls `body` with a function that reads one number of the type.
template <class Body>
void with_number(NumberType type, bool big_endian, const Body& body) {
    const auto of = [&]<class Number>(Number) {
        big_endian ? body(number_at<Number, true>) : body(number_at<Number, false>);
    };
    switch (type) {
        case NumberType::i8: return of(std::int8_t{});
        case NumberType::u8: return of(std::uint8_t{});
        case NumberType::i16: return of(std::int16_t{});
        case NumberType::u16: return of(std::uint16_t{});
        case NumberType::i32: return of(std::int32_t{});
        case NumberType::u32: return of(std::uint32_t{});
        case NumberType::i64: return of(std::int64_t{});
        case NumberType::u64: return of(std::uint64_t{});
        case NumberType::f32: return of(float{});
        case NumberType::f64: return of(double{});
    }
}

}  // namespace

index number_bytes(NumberType type) {
    constexpr std::array<index, 10> bytes{1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
    return bytes[static_cast<std::size_t>(type)];
}

PlainSource::PlainSource(std::shared_ptr<const MappedFile> file, std::size_t offset, const PlainLayout& layout,
                         std::vector<double> scales)
    : path_(file->path()),
      file_(std::move(file)),
      offset_(offset),
      bytes_(file_->bytes().subspan(offset, static_cast<std::size_t>(layout.bytes()))),
      layout_(layout),
      scales_(std::move(scales)) {}

PlainSource::PlainSource(std::filesystem::path path, std::span<const std::byte> bytes,
                         std::shared_ptr<const void> owner, const PlainLayout& layout, std::vector<double> scales)
    : path_(std::move(path)),
      owner_(std::move(owner)),
      bytes_(bytes.first(static_cast<std::size_t>(layout.bytes()))),
      layout_(layout),
      scales_(std::move(scales)) {}

std::string PlainSource::storage() const {
    switch (layout_.type) {
        case NumberType::i16: return "short";
        case NumberType::i32: return "int";
        case NumberType::f32: return "single";
        case NumberType::f64: return "double";
        default: return "";
    }
}

/// Samples from `start` on, whose bytes one thread reads in one go.
void PlainSource::read_piece(const std::vector<index>& channels, index start, View<double, 2> out) const {
    const index size = number_bytes(layout_.type), n = out.extent(1);
    const index step = layout_.by_channel ? size : size * layout_.channels;
    const index tile = layout_.by_channel ? n : std::max<index>(1, tile_bytes / step);
    const auto byte_of = [&](index channel, index sample) {
        return size * (layout_.by_channel ? channel * layout_.samples + sample : sample * layout_.channels + channel);
    };
    with_number(layout_.type, layout_.big_endian, [&](auto number) {
        for (index begin = 0; begin < n; begin += tile) {
            const index end = std::min(n, begin + tile);
            for (std::size_t k = 0; k < channels.size(); ++k) {
                const double scale = scales_[static_cast<std::size_t>(channels[k])];
                const std::byte* from = bytes_.data() + byte_of(channels[k], start + begin);
                double* row = &out(static_cast<index>(k), begin);
                for (index t = 0; t < end - begin; ++t) {
                    row[t] = number(from + t * step) * scale;
                }
            }
        }
    });
    if (file_ == nullptr) {
        return;
    }
    if (layout_.by_channel) {
        for (const index channel : channels) {
            const std::size_t first = offset_ + static_cast<std::size_t>(byte_of(channel, start));
            file_->release(first, first + static_cast<std::size_t>(n * size));
        }
    } else {
        file_->release(offset_ + static_cast<std::size_t>(byte_of(0, start)),
                       offset_ + static_cast<std::size_t>(byte_of(0, start + n)));
    }
}

void PlainSource::read(const std::vector<index>& channels, index start, View<double, 2> out) const {
    const index n = out.extent(1);
    require(start >= 0 && start + n <= n_samples(), [&] {
        return "samples [" + text_of(start) + ", " + text_of(start + n) + ") lie outside the " + text_of(n_samples()) +
               " samples of " + path_.string();
    });
    require(out.extent(0) == static_cast<index>(channels.size()), "one row per channel");
    for (const index channel : channels) {
        require(channel >= 0 && channel < n_channels(), [&] {
            return "channel " + text_of(channel) + " is not among the " + text_of(n_channels()) + " of " +
                   path_.string();
        });
    }
    if (n == 0 || channels.empty()) {
        return;
    }
    ensure(out.stride(1) == 1 || n == 1, "contiguous rows");
    if (file_) {
        file_->check_present(offset_ + bytes_.size());
    }
    const index together = layout_.by_channel ? static_cast<index>(channels.size()) : layout_.channels;
    const index piece = std::max<index>(1, piece_bytes / (together * number_bytes(layout_.type)));
    const index first = start / piece, last = (start + n - 1) / piece;
    const auto body = [&](index p) {
        const index begin = std::max(start, p * piece), end = std::min(start + n, (p + 1) * piece);
        read_piece(channels, begin, out.slice(1, begin - start, end - start));
    };
    if (first == last) {
        body(first);
    } else {
        parallel_for(last - first + 1, [&](index p) { body(first + p); });
    }
}

void read_numbers(NumberType type, bool big_endian, std::span<const std::byte> bytes, std::span<double> out) {
    const auto size = static_cast<std::size_t>(number_bytes(type));
    ensure(out.size() * size <= bytes.size(), "a number for every place");
    with_number(type, big_endian, [&](auto number) {
        for (std::size_t k = 0; k < out.size(); ++k) {
            out[k] = number(bytes.data() + k * size);
        }
    });
}

}  // namespace ranvier::formats
