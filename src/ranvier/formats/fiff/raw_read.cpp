#include <algorithm>
#include <cmath>
#include <set>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;

/// Consecutive samples of all channels; `data` is 0 where the acquisition was paused and nothing was stored.
struct Buffer {
    index first = 0;  ///< from the start of the file's samples
    index samples = 0;
    std::size_t data = 0;  // [bytes] from the start of the file
    int type = 0;
};

constexpr index piece_samples = 1024;
constexpr index most_samples = INT32_MAX;  // sample numbers in FIFF are signed 32-bit numbers

/// Both types of short numbers are read alike.
const SampleFormat& format_of(int type) {
    const auto found = std::ranges::find(sample_formats, type, &SampleFormat::type);
    return found == sample_formats.end() ? sample_formats.back() : *found;
}

class FiffSource final : public meeg::SampleSource {
public:
    FiffSource(std::shared_ptr<const File> file, const Node& node, const meeg::Info& info);

    index n_channels() const override { return static_cast<index>(cals_.size()); }
    index n_samples() const override { return buffers_.back().first + buffers_.back().samples; }
    std::filesystem::path path() const override { return file_->path(); }
    void read(const std::vector<index>& channels, index start, View<double, 2> out) const override;
    std::string storage() const override;

    index first_samp() const { return first_samp_; }
    /// Whether samples are complex: then real and imaginary parts are channels one behind the other.
    bool complex() const { return complex_; }
    const std::vector<Buffer>& buffers() const { return buffers_; }

private:
    void add_buffer(const Entry& entry, index& gap_buffers, index& gap_samples);
    void read_piece(const Buffer& buffer, index begin, index end, const std::vector<index>& channels,
                    View<double, 2> out) const;

    std::shared_ptr<const File> file_;
    std::vector<double> cals_;
    std::vector<Buffer> buffers_;
    index first_samp_ = 0;
    int storage_type_ = 0;
    bool complex_ = false;
};

/// The real (0) or imaginary (1) parts of complex samples.
class PartSource final : public meeg::SampleSource {
public:
    PartSource(std::shared_ptr<const FiffSource> both, index which) : both_(std::move(both)), which_(which) {}

    index n_channels() const override { return both_->n_channels() / 2; }
    index n_samples() const override { return both_->n_samples(); }
    std::filesystem::path path() const override { return both_->path(); }
    std::string storage() const override { return both_->storage(); }
    void read(const std::vector<index>& channels, index start, View<double, 2> out) const override {
        std::vector<index> rows;
        for (const index channel : channels) {
            rows.push_back(2 * channel + which_);
        }
        both_->read(rows, start, out);
    }

private:
    std::shared_ptr<const FiffSource> both_;
    index which_;
};

FiffSource::FiffSource(std::shared_ptr<const File> file, const Node& node, const meeg::Info& info)
    : file_(std::move(file)) {
    for (const auto& channel : info.channels) {
        cals_.push_back(channel.range * channel.cal);
    }
    index gap_buffers = 0, gap_samples = 0;
    for (const Entry& entry : node.tags) {
        if (entry.kind == tag::first_sample && buffers_.empty()) {
            first_samp_ = file_->integer(entry);
        } else if (entry.kind == tag::data_skip) {
            gap_buffers = file_->integer(entry);
        } else if (entry.kind == tag::data_skip_samp) {
            gap_samples = file_->integer(entry);
        } else if (entry.kind == tag::data_buffer) {
            add_buffer(entry, gap_buffers, gap_samples);
        }
        if (gap_buffers < 0 || gap_samples < 0) {
            file_->fail(entry, "skips a negative number of samples");
        }
    }
    if (buffers_.empty()) {
        file_->fail(node, "the recording holds no samples");
    }
}

void FiffSource::add_buffer(const Entry& entry, index& gap_buffers, index& gap_samples) {
    const bool complex = entry.type == type::complex_float || entry.type == type::complex_double;
    const int number = !complex ? entry.type : entry.type == type::complex_float ? type::float_ : type::double_;
    const bool known = number == type::dau_pack16 || number == type::short_ || number == type::int_ ||
                       number == type::float_ || number == type::double_;
    if (!known) {
        file_->fail(entry, "holds samples of unknown type " + text_of(entry.type));
    }
    const std::size_t channels = complex_ ? cals_.size() / 2 : cals_.size();
    const std::size_t sample_bytes = channels * element_bytes(number) * (complex ? 2 : 1);
    if (entry.size % sample_bytes != 0) {
        file_->fail(entry, "holds " + text_of(entry.size) + " bytes, not whole samples of " + text_of(channels) +
                               " channels (" + text_of(sample_bytes) + " bytes)");
    }
    const index samples = static_cast<index>(entry.size / sample_bytes);
    if (samples == 0) {
        return;
    }
    if (storage_type_ == 0) {
        storage_type_ = number;
        complex_ = complex;
        if (complex) {
            std::vector<double> twice;
            for (const double cal : cals_) {
                twice.insert(twice.end(), 2, cal);
            }
            cals_ = std::move(twice);
        }
    } else if (complex != complex_) {
        file_->fail(entry, "holds complex samples among real ones, or the other way round");
    }
    const index gap = gap_buffers * samples + gap_samples;
    index end = buffers_.empty() ? 0 : n_samples();
    if (gap > most_samples || first_samp_ + end + gap + samples > most_samples) {
        file_->fail(entry, "would be the sample " + text_of(first_samp_ + end + gap + samples) +
                               ", beyond FIFF's 32-bit sample numbers");
    }
    if (gap > 0 && buffers_.empty()) {
        first_samp_ += gap;  // a pause before the first sample moves the clock
    } else if (gap > 0) {
        buffers_.push_back({end, gap, 0, 0});
        end += gap;
    }
    gap_buffers = gap_samples = 0;
    buffers_.push_back({end, samples, entry.data(), number});
}

std::string FiffSource::storage() const { return std::string(format_of(storage_type_).name); }

void FiffSource::read(const std::vector<index>& channels, index start, View<double, 2> out) const {
    const index stop = start + out.extent(1);
    require(start >= 0 && stop <= n_samples(), [&] {
        return "samples must lie in [0, " + text_of(n_samples()) + "); got [" + text_of(start) + ", " + text_of(stop) +
               ")";
    });
    require(out.extent(0) == static_cast<index>(channels.size()) && (out.stride(1) == 1 || out.extent(1) <= 1),
            "samples are read into one contiguous row per channel");
    for (const index channel : channels) {
        require(channel >= 0 && channel < n_channels(),
                [&] { return "channels must lie in [0, " + text_of(n_channels()) + "); got " + text_of(channel); });
    }
    struct Piece {
        const Buffer* buffer;
        index begin, end;  ///< samples inside the buffer
    };
    std::vector<Piece> pieces;
    auto at = std::upper_bound(buffers_.begin(), buffers_.end(), start,
                               [](index sample, const Buffer& buffer) { return sample < buffer.first; });
    for (auto buffer = at == buffers_.begin() ? at : at - 1; buffer != buffers_.end() && buffer->first < stop;
         ++buffer) {
        const index end = std::min(stop - buffer->first, buffer->samples);
        for (index begin = std::max<index>(start - buffer->first, 0); begin < end; begin += piece_samples) {
            pieces.push_back({&*buffer, begin, std::min(begin + piece_samples, end)});
        }
    }
    parallel_for(static_cast<index>(pieces.size()), [&](index k) {
        const auto& [buffer, begin, end] = pieces[static_cast<std::size_t>(k)];
        const index to = buffer->first + begin - start;
        read_piece(*buffer, begin, end, channels, out.slice(1, to, to + end - begin));
    });
}

void FiffSource::read_piece(const Buffer& buffer, index begin, index end, const std::vector<index>& channels,
                            View<double, 2> out) const {
    if (buffer.data == 0) {
        for (index row = 0; row < out.extent(0); ++row) {
            std::fill_n(&out(row, 0), end - begin, 0.0);
        }
        return;
    }
    const auto kernel = chosen_sample_kernels().*format_of(buffer.type).read;
    const index bytes = static_cast<index>(element_bytes(buffer.type));
    const index sample_bytes = n_channels() * bytes;
    const std::byte* from = file_->bytes().data() + buffer.data + begin * sample_bytes;
    file_->check_present(buffer.data + static_cast<std::size_t>(end * sample_bytes));
    const std::size_t count = channels.size();
    for (std::size_t row = 0; row < count;) {  // runs of neighbouring channels go through the kernel together
        std::size_t next = row + 1;
        while (next < count && channels[next] == channels[next - 1] + 1) {
            ++next;
        }
        const SampleBlock block{static_cast<index>(next - row), end - begin, sample_bytes, cals_.data() + channels[row],
                                out.stride(0)};
        kernel(block, from + channels[row] * bytes, &out(static_cast<index>(row), 0));
        row = next;
    }
    file_->release(buffer.data + static_cast<std::size_t>(begin * sample_bytes),
                   buffer.data + static_cast<std::size_t>(end * sample_bytes));
}

struct Part {
    meeg::Info info;
    std::optional<meeg::Annotations> annotations;
    std::shared_ptr<const FiffSource> source;
    std::optional<fs::path> next;
};

const Node& raw_node(const File& file, bool allow_maxshield, bool& maxshield) {
    const Node& meas = measurement_of(file);
    for (const int kind : {block::raw_data, block::continuous_data, block::ias_raw_data}) {
        const auto nodes = meas.all(kind);
        if (nodes.size() > 1) {
            file.fail(*nodes[1], "is a second block of samples; one recording per file can be read");
        }
        if (nodes.size() == 1) {
            maxshield = kind == block::ias_raw_data;
            if (maxshield && !allow_maxshield) {
                file.fail(*nodes.front(),
                          "the samples are distorted by active shielding (MaxShield) until MaxFilter has processed "
                          "them; set allow_maxshield to read them all the same");
            }
            return *nodes.front();
        }
    }
    file.fail(meas, "the file holds no continuous recording");
}

Part part(const fs::path& path, const ReadRawFifOptions& options) {
    return reading(path, [&] {
        const auto file = std::make_shared<const File>(path);
        Part result;
        result.info = info_of(*file);
        const Node& node = raw_node(*file, options.allow_maxshield, result.info.maxshield);
        result.source = std::make_shared<const FiffSource>(file, node, result.info);
        result.annotations = annotations_of(*file);
        result.next = next_part(*file);
        file->release(0, file->bytes().size());
        return result;
    });
}

void check_alike(const Part& first, const Part& other) {
    const auto differ = [&](const std::string& what) {
        throw FileError(other.source->path(), FileError::no_offset,
                        "differs in its " + what + " from " + first.source->path().string() +
                            ", of which it should be a further part");
    };
    if (first.source->complex() != other.source->complex()) {
        differ("kind of numbers");
    }
    if (first.info.sfreq != other.info.sfreq) {
        differ("sampling rate");
    }
    if (meeg::channel_names(first.info) != meeg::channel_names(other.info)) {
        differ("channels");
    }
    for (std::size_t k = 0; k < first.info.channels.size(); ++k) {
        const auto &a = first.info.channels[k], &b = other.info.channels[k];
        if (a.cal * a.range != b.cal * b.range) {
            differ("calibration of channel " + a.name);
        }
    }
}

/// A recording and the further parts of a split one.
std::vector<Part> parts_of(const fs::path& path, const ReadRawFifOptions& options) {
    std::vector<Part> parts;
    std::set<fs::path> seen;
    for (std::optional<fs::path> next = path; next;) {
        if (!parts.empty() && !options.follow_split) {
            break;
        }
        if (!parts.empty() && !fs::exists(*next)) {
            const std::string what = "is missing: it is the next part of the split recording " + path.string();
            if (options.missing_split_is_error) {
                throw FileError(
                    *next, FileError::no_offset,
                    what + "; put it there, or set missing_split_is_error to false to read what precedes it");
            }
            warn(next->string() + " " + what + "; the recording ends before it");
            break;
        }
        if (!seen.insert(fs::weakly_canonical(*next)).second) {
            throw FileError(*next, FileError::no_offset, "names itself, over other parts, as its next part");
        }
        parts.push_back(part(*next, options));
        check_alike(parts.front(), parts.back());
        next = parts.back().next;
    }
    return parts;
}

/// The recording that the parts make up; of complex samples the real (0) or imaginary (1) parts.
meeg::Raw raw_of(const fs::path& path, const std::vector<Part>& parts, index which) {
    return reading(path, [&] {
        const meeg::Info& info = parts.front().info;
        const index first_samp = parts.front().source->first_samp();
        std::vector<meeg::Segment> segments;
        for (const Part& p : parts) {
            std::shared_ptr<const meeg::SampleSource> source = p.source;
            if (p.source->complex()) {
                source = std::make_shared<const PartSource>(p.source, which);
            }
            segments.push_back({source, 0, source->n_samples()});
        }
        meeg::Raw raw = meeg::make_raw(info, std::move(segments), first_samp);
        if (auto annotations = parts.front().annotations) {
            if (!info.meas_date) {  // then onsets in the file count from the acquisition's start
                for (auto& a : annotations->items) {
                    a.onset -= static_cast<double>(first_samp) / info.sfreq;
                }
            }
            meeg::set_annotations(raw, std::move(*annotations), false);
        }
        for (const Part& p : parts) {
            for (const Buffer& buffer : p.source->buffers()) {
                if (buffer.data == 0) {
                    const double onset = static_cast<double>(p.source->first_samp() + buffer.first) / info.sfreq;
                    meeg::add_annotation(raw,
                                         {onset, static_cast<double>(buffer.samples) / info.sfreq, "BAD_ACQ_SKIP", {}});
                }
            }
        }
        return raw;
    });
}

}  // namespace

meeg::Raw read_raw_fif(const fs::path& path, const ReadRawFifOptions& options) {
    const auto parts = parts_of(path, options);
    if (parts.front().source->complex()) {
        throw FileError(path, FileError::no_offset, "holds complex samples where real ones should be");
    }
    return raw_of(path, parts, 0);
}

std::pair<meeg::Raw, std::optional<meeg::Raw>> read_complex_raw_fif(const fs::path& path,
                                                                    const ReadRawFifOptions& options) {
    const auto parts = parts_of(path, options);
    return {raw_of(path, parts, 0),
            parts.front().source->complex() ? std::optional(raw_of(path, parts, 1)) : std::nullopt};
}

}  // namespace ranvier::formats
