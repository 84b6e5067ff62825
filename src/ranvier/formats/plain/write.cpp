#include "ranvier/formats/plain/write.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

void warn_of_lost_types(const meeg::Info& info, const std::string& format) {
    std::vector<std::string> types;
    for (const meeg::Channel& channel : info.channels) {
        const meeg::ChannelType type = channel.type();
        if (!meeg::is_data(type) || channel.unit == meeg::Unit::V) {
            continue;
        }
        if (std::ranges::find(types, meeg::name(type)) == types.end()) {
            types.emplace_back(meeg::name(type));
        }
    }
    if (!types.empty()) {
        warn(format + " is a format of voltages: channels of type " + joined(types) +
             " are written as numbers whose type and unit its readers don't learn, and may take for EEG; write FIFF to "
             "keep both");
    }
}

void append_interleaved(View<const double, 2> block, const std::vector<double>& scales, std::string& bytes) {
    for (index t = 0; t < block.extent(1); ++t) {
        for (index c = 0; c < block.extent(0); ++c) {
            const double value = block(c, t) * scales[static_cast<std::size_t>(c)];
            const auto small = static_cast<float>(value);
            require(std::isfinite(small) || !std::isfinite(value), [&] {
                return "samples must fit into 32-bit floats; channel " + text_of(c) + " has " + text_of(value) +
                       " in the unit of the file";
            });
            const auto bits = std::bit_cast<std::uint32_t>(small);
            for (int shift = 0; shift < 32; shift += 8) {
                bytes += static_cast<char>(bits >> shift & 0xFF);
            }
        }
    }
}

void write_interleaved(const meeg::Raw& raw, const std::vector<index>& channels, const std::vector<double>& scales,
                       OutputFile& file) {
    const index piece = std::max<index>(1, (index{1} << 19) / std::ssize(channels));
    std::string bytes;
    for (index start = 0; start < raw.n_samples(); start += piece) {
        const index stop = std::min(raw.n_samples(), start + piece);
        bytes.clear();
        append_interleaved(meeg::samples(raw, channels, start, stop), scales, bytes);
        file.write(bytes);
    }
}

}  // namespace ranvier::formats
