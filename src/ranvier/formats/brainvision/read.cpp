#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/brainvision/header.hpp"
#include "ranvier/formats/plain/channel_list.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::formats {

namespace {

using namespace brainvision;

/// The channels of type misc; nothing: those whose unit says so.
std::optional<std::vector<Value>> misc_list(const ReadBrainVisionOptions& options) {
    if (options.misc == Value("auto")) {
        return {};
    }
    const auto* list = options.misc.as<Value::List>();
    require(list != nullptr, "misc must be 'auto' or a list of names or numbers of channels; got ",
            text_of(options.misc));
    return *list;
}

meeg::Info info_of(const Header& header, const ReadBrainVisionOptions& options) {
    const std::string file = header.text.path.string();
    const std::size_t n = header.channels.size();
    const std::vector<std::string> names = names_of(header.channels);
    const auto misc = misc_list(options);
    const std::vector<bool> of_eog = listed_channels("eog", options.eog, names);
    const std::vector<bool> of_misc = listed_channels("misc", misc.value_or(std::vector<Value>{}), names);
    const std::vector<std::string> unique = meeg::unique_channel_names(names);
    if (unique != names) {
        warn(file + ": several channels have the same name; they get running numbers");
    }
    meeg::Info info;
    info.sfreq = header.sfreq;
    std::vector<std::string> without_place;
    for (std::size_t k = 0; k < n; ++k) {
        const ChannelText& text = header.channels[k];
        meeg::Channel channel;
        channel.name = unique[k];
        channel.scanno = channel.logno = static_cast<int>(k) + 1;
        channel.cal = text.resolution;
        channel.range = text.unit_scale * options.scale;
        channel.coord_frame = meeg::CoordFrame::head;
        using Kind = meeg::ChannelKind;
        const bool eog = of_eog[k];
        bool is_misc = misc ? of_misc[k] : !text.in_volts();
        if (!eog && !is_misc && text.place && *text.place == std::array<double, 3>{0, 0, 0}) {
            is_misc = true;
            without_place.push_back(names[k]);
        }
        channel.kind = eog ? Kind::eog : is_misc ? Kind::misc : names[k] == "STI 014" ? Kind::stim : Kind::eeg;
        channel.coil_type = channel.kind == Kind::eeg ? meeg::CoilType::eeg : meeg::CoilType::none;
        channel.unit = channel.kind == Kind::eeg || eog ? meeg::Unit::V
                       : is_misc && text.unit == "C"    ? meeg::Unit::celsius
                                                        : meeg::Unit::none;
        info.channels.push_back(std::move(channel));
    }
    if (!without_place.empty()) {
        warn(file + ": no place is known of " + joined(without_place) +
             ", which become misc; give their types by eog= or misc=");
    }
    set_filters(info, header);
    return info;
}

void set_places(meeg::Info& info, const Header& header) {
    meeg::Montage montage;
    montage.coord_frame = meeg::CoordFrame::head;
    for (std::size_t k = 0; k < info.channels.size(); ++k) {
        const auto& place = header.channels[k].place;
        if (place && info.channels[k].type() == meeg::ChannelType::eeg) {
            montage.positions.emplace_back(info.channels[k].name, *place);
        }
    }
    if (!montage.positions.empty()) {
        meeg::set_montage(info, montage, meeg::OnMissing::warn);
    }
}

/// How many samples lie in the file, compared with what the header promises.
PlainLayout layout_of(const Header& header, std::int64_t size) {
    PlainLayout layout{header.type, header.big_endian, header.by_channel, std::ssize(header.channels), 0};
    const index sample_bytes = layout.channels * number_bytes(layout.type);
    layout.samples = size / sample_bytes;
    const std::string promise = header.points ? "the header promises " + text_of(*header.points) + " samples; " : "";
    const std::string room = text_of(size) + " bytes hold " + text_of(layout.samples) + " of " + text_of(sample_bytes) +
                             " bytes" + (size % sample_bytes ? " and a part of another" : "");
    const bool whole = size % sample_bytes == 0 && (!header.points || *header.points == layout.samples);
    if (layout.samples == 0) {
        throw FileError(header.data, size, "holds no whole sample: " + promise + room);
    }
    if (!whole && header.by_channel) {
        throw FileError(header.data, size,
                        promise + room + "; as channels lie after each other here, none can be read safely");
    }
    if (!whole) {
        warn(header.data.string() + ": " + promise + room + "; the whole samples are read");
    }
    return layout;
}

std::shared_ptr<const PlainSource> source_of(const Header& header, const std::vector<double>& scales) {
    if (header.ascii) {
        const auto values = std::make_shared<const std::vector<double>>(ascii_samples(header));
        const PlainLayout layout{NumberType::f64, std::endian::native == std::endian::big, true,
                                 std::ssize(header.channels), std::ssize(*values) / std::ssize(header.channels)};
        return std::make_shared<const PlainSource>(header.data, std::as_bytes(std::span(*values)), values, layout,
                                                   scales);
    }
    auto file = std::make_shared<const MappedFile>(header.data);
    const PlainLayout layout = layout_of(header, static_cast<std::int64_t>(file->bytes().size()));
    return std::make_shared<const PlainSource>(std::move(file), 0, layout, scales);
}

}  // namespace

BrainVisionRecording read_brainvision(const std::filesystem::path& path, const ReadBrainVisionOptions& options) {
    const Header header = header_of(path, options.overrides);
    require(std::isfinite(options.scale), "scale must be a finite number; got ", options.scale);
    meeg::Info info = info_of(header, options);
    set_places(info, header);
    std::vector<double> scales;
    for (const meeg::Channel& channel : info.channels) {
        scales.push_back(channel.cal * channel.range);
    }
    const auto source = source_of(header, scales);
    Markers markers;
    if (header.markers) {
        markers = markers_of(*header.markers, info.sfreq, options.ignore_marker_types);
        info.meas_date = markers.date;
    }
    meeg::Raw raw = meeg::make_raw(std::move(info), {{source, 0, source->n_samples()}});
    meeg::set_annotations(raw, std::move(markers.annotations));
    if (header.hidden_last) {
        meeg::pick(raw, meeg::counted(raw.info.n_channels() - 1));
    }
    BrainVisionRecording out{std::move(raw), {}, impedances_of(header)};
    for (std::size_t k = 0; k < out.raw.info.channels.size(); ++k) {
        out.units.emplace_back(out.raw.info.channels[k].name, header.channels[k].unit);
    }
    return out;
}

meeg::Raw read_raw_brainvision(const std::filesystem::path& path, const ReadBrainVisionOptions& options) {
    return read_brainvision(path, options).raw;
}

meeg::Annotations read_annotations_brainvision(const std::filesystem::path& path, std::optional<double> sfreq,
                                               bool ignore_marker_types) {
    require(!sfreq || (std::isfinite(*sfreq) && *sfreq > 0),
            [&] { return "sfreq must be finite and > 0 Hz; got " + text_of(*sfreq) + " Hz"; });
    if (!sfreq) {
        const MappedFile present(path);  // which says that it is missing, rather than its header
        std::filesystem::path header = path;
        header.replace_extension(".vhdr");
        if (!std::filesystem::exists(header)) {
            header.replace_extension(".ahdr");
        }
        if (!std::filesystem::exists(header)) {
            throw FileError(path, FileError::no_offset,
                            "counts in samples, and there is no header '" + path.stem().string() +
                                ".vhdr' beside it that says how long one lasts; pass sfreq");
        }
        sfreq = sampling_rate_of(header);
    }
    return markers_of(path, *sfreq, ignore_marker_types).annotations;
}

}  // namespace ranvier::formats
