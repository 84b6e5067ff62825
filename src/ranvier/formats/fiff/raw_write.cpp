#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;

// What MNE-Python keeps free for the tags behind the samples, so that both cut a recording at the same places.
constexpr std::int64_t reserve_bytes = std::int64_t{1} << 20;
constexpr int most_parts = 100;
constexpr index piece_samples = 256;

const SampleFormat& format_named(const std::string& name) {
    const auto* format = named(sample_formats, name);
    require(format,
            [&] { return "format must be \"single\", \"double\", \"int\" or \"short\"; got \"" + name + "\""; });
    return *format;
}

/// Which samples go into which part, and how a recording's samples become a buffer's bytes.
class RawWriting {
public:
    RawWriting(const meeg::Raw& raw, const meeg::Raw* imaginary, const WriteRawFifOptions& options);
    std::vector<fs::path> write(const fs::path& path);

private:
    struct Part {
        index begin, end;  ///< samples
    };
    Writer head() const;
    std::vector<Part> parts() const;
    void write_samples(Writer& out, const Part& part);
    void encode(View<const double, 2> rows, std::byte* buffer) const;
    std::int64_t buffer_bytes(index samples) const {
        return samples * static_cast<index>(cals_.size() * element_bytes(format_.type));
    }

    const meeg::Raw& raw_;
    const meeg::Raw* imaginary_;
    const WriteRawFifOptions& options_;
    const SampleFormat& format_;
    index buffer_samples_;
    index n_samples_;           ///< that are written
    std::vector<double> cals_;  // of the rows: one for each channel, two where samples are complex
    std::vector<std::byte> bytes_;
};

RawWriting::RawWriting(const meeg::Raw& raw, const meeg::Raw* imaginary, const WriteRawFifOptions& options)
    : raw_(raw),
      imaginary_(imaginary),
      options_(options),
      format_(format_named(options.format)),
      n_samples_(raw.n_samples()) {
    require(n_samples_ > 0, "a recording must have samples to be written; it has none");
    require(options.buffer_samples >= 0,
            [&] { return "buffer_samples must be >= 0; got " + text_of(options.buffer_samples); });
    require(options.split_size <= INT32_MAX, [&] {
        return "split_size must stay below 2 GiB, which is all that FIFF can address; got " +
               text_of(options.split_size) + " bytes";
    });
    buffer_samples_ =
        options.buffer_samples > 0 ? options.buffer_samples : static_cast<index>(std::ceil(raw.info.sfreq));
    if (options.drop_small_buffer && n_samples_ > buffer_samples_) {
        n_samples_ -= n_samples_ % buffer_samples_;
    }
    for (const auto& channel : raw.info.channels) {
        cals_.push_back(static_cast<double>(static_cast<float>(channel.cal)) *
                        (format_.keeps_range ? static_cast<double>(static_cast<float>(channel.range)) : 1.0));
        require(cals_.back() != 0 && std::isfinite(cals_.back()), [&] {
            return "the calibration of a channel must not be 0; that of " + channel.name + " is " +
                   text_of(cals_.back());
        });
        if (imaginary) {
            cals_.push_back(cals_.back());
        }
    }
    if (imaginary) {
        require(!format_.keeps_range, [&] {
            return "complex samples are written as \"single\" or \"double\"; got \"" + options.format + "\"";
        });
        require(raw.preloaded && imaginary->preloaded && raw.data.extents() == imaginary->data.extents(),
                "real and imaginary parts of a recording must be in memory, and of one shape");
        warn("complex samples are written, which few programs but Ranvier and MNE-Python read");
    }
}

/// Everything before the samples, behind the file's own tags; the same in each part.
Writer RawWriting::head() const {
    Writer out;
    start_measurement(out, raw_.info);
    write_info(out, raw_.info, format_.type, !format_.keeps_range);
    if (!raw_.annotations.items.empty()) {
        write_annotations(out, raw_.annotations);
    }
    out.start_block(raw_.info.maxshield ? block::ias_raw_data : block::raw_data);
    return out;
}

std::vector<RawWriting::Part> RawWriting::parts() const {
    const index n = n_samples_;
    // The file's id and two pointers stand before the head; a name of the part before and the first sample behind it.
    const std::int64_t head_bytes = 36 + 2 * 20 + head().position() + 512;
    const std::int64_t one = static_cast<std::int64_t>(header_bytes) + buffer_bytes(std::min(buffer_samples_, n));
    const auto split = static_cast<std::int64_t>(options_.split_size);
    require(head_bytes + one + reserve_bytes <= split, [&] {
        return "split_size must hold the measurement info (" + text_of(head_bytes) + " bytes), one buffer (" +
               text_of(one) + " bytes) and " + text_of(reserve_bytes) + " bytes of reserve; got " + text_of(split) +
               " bytes";
    });
    std::vector<Part> result;
    for (index begin = 0; begin < n;) {
        std::int64_t position = head_bytes;
        index end = begin;
        do {
            const index length = std::min(buffer_samples_, n - end);
            position += static_cast<std::int64_t>(header_bytes) + buffer_bytes(length);
            end += length;
        } while (end < n && position < split - one - reserve_bytes);
        result.push_back({begin, end});
        begin = end;
        require(result.size() < most_parts, [&] {
            return "a recording may be split into at most " + text_of(most_parts) +
                   " files; choose a larger split_size than " + text_of(split) + " bytes";
        });
    }
    return result;
}

void RawWriting::encode(View<const double, 2> rows, std::byte* buffer) const {
    const auto kernel = chosen_sample_kernels().*format_.write;
    const index element = static_cast<index>(element_bytes(format_.type));
    const index sample_bytes = rows.extent(0) * element;
    const index samples = rows.extent(1);
    parallel_for((samples + piece_samples - 1) / piece_samples, [&](index piece) {
        const index begin = piece * piece_samples, end = std::min(begin + piece_samples, samples);
        const SampleBlock block{rows.extent(0), end - begin, sample_bytes, cals_.data(), rows.stride(0)};
        const double* from = rows.data() + begin;
        std::byte* to = buffer + begin * sample_bytes;
        if (kernel(block, from, to) == 0) {
            return;
        }
        const double limit = format_.type == type::int_ ? 2147483647.0 : 32767.0;
        for (index c = 0; c < rows.extent(0); ++c) {
            for (index s = begin; s < end; ++s) {
                const double raw_value = std::nearbyint(rows(c, s) / cals_[static_cast<std::size_t>(c)]);
                require(raw_value >= -limit - 1 && raw_value <= limit, [&] {
                    return "samples must fit format \"" + options_.format + "\" after division by the channel's " +
                           "range · cal; channel " + raw_.info.channels[static_cast<std::size_t>(c)].name + " has " +
                           text_of(rows(c, s)) + " with range · cal " + text_of(cals_[static_cast<std::size_t>(c)]) +
                           "; write \"single\" or \"double\"";
                });
            }
        }
    });
}

void RawWriting::write_samples(Writer& out, const Part& part) {
    const index n_channels = raw_.info.n_channels();
    // Several buffers at a time, where the samples come from a file.
    const index together = std::max<index>(1, (index{4} << 20) / std::max<index>(1, n_channels * buffer_samples_));
    const index stretch = raw_.preloaded ? part.end - part.begin : together * buffer_samples_;
    const auto all = meeg::pick_all(raw_.info);
    for (index begin = part.begin; begin < part.end; begin += stretch) {
        const index end = std::min(begin + stretch, part.end);
        Array<double, 2> read;
        View<const double, 2> rows;
        if (raw_.preloaded) {
            rows = raw_.data.view().slice(1, begin, end);
        } else {
            read = meeg::samples(raw_, all, begin, end);
            rows = read;
        }
        for (index at = 0; at < end - begin; at += buffer_samples_) {
            const index length = std::min(buffer_samples_, end - begin - at);
            const auto size = static_cast<std::size_t>(buffer_bytes(length));
            bytes_.resize(header_bytes + size);
            const int type = !imaginary_                    ? format_.type
                             : format_.type == type::float_ ? type::complex_float
                                                            : type::complex_double;
            put_ints(bytes_.data(), {tag::data_buffer, type, static_cast<index>(size), next_sequential});
            if (imaginary_) {
                const auto other = imaginary_->data.view().slice(1, begin + at, begin + at + length);
                Array<double, 2> pairs({2 * n_channels, length});
                for (index c = 0; c < n_channels; ++c) {
                    std::copy_n(&rows(c, at), length, &pairs(2 * c, 0));
                    std::copy_n(&other(c, 0), length, &pairs(2 * c + 1, 0));
                }
                encode(pairs, bytes_.data() + header_bytes);
            } else {
                encode(rows.slice(1, at, at + length), bytes_.data() + header_bytes);
            }
            out.bytes(bytes_);
        }
    }
}

std::vector<fs::path> RawWriting::write(const fs::path& path) {
    const auto plan = parts();
    const int n_parts = static_cast<int>(plan.size());
    std::vector<fs::path> paths;
    for (int k = 0; k < n_parts; ++k) {
        paths.push_back(n_parts == 1 ? path : part_path(path, options_.split_naming, k));
    }
    const Writer before_samples = head();
    std::vector<std::unique_ptr<Writer>> files;
    for (int k = 0; k < n_parts; ++k) {
        const auto at = static_cast<std::size_t>(k);
        auto& out = *files.emplace_back(std::make_unique<Writer>(paths[at], options_.overwrite));
        out.bytes(before_samples.memory());
        const index first_samp = raw_.first_samp + plan[at].begin;
        if (first_samp != 0) {
            out.integer(tag::first_sample, first_samp);
        }
        if (k > 0) {
            write_reference(out, role_previous_file, paths[at - 1].filename().string(), k - 1, raw_.info);
        }
        write_samples(out, plan[at]);
        if (k + 1 < n_parts) {
            write_reference(out, role_next_file, paths[at + 1].filename().string(), k + 1, raw_.info);
        }
        out.end_block(raw_.info.maxshield ? block::ias_raw_data : block::raw_data);
        out.end_block(block::meas);
        out.finish();
    }
    for (auto file = files.rbegin(); file != files.rend(); ++file) {  // the first part last: with it all are there
        (*file)->commit();
    }
    return paths;
}

}  // namespace

std::vector<fs::path> write_raw_fif(const meeg::Raw& raw, const fs::path& path, const WriteRawFifOptions& options,
                                    const meeg::Raw* imaginary) {
    meeg::check(raw);
    require(options.split_naming == "neuromag" || options.split_naming == "bids",
            [&] { return "split_naming must be \"neuromag\" or \"bids\"; got \"" + options.split_naming + "\""; });
    return RawWriting(raw, imaginary, options).write(path);
}

}  // namespace ranvier::formats
