#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;

/// What FIFF can hold of a set of epochs, with MNE-Python's names.
using Aspect = std::pair<int, std::string_view>;
constexpr std::array<Aspect, 11> aspects{{{100, "average"},
                                          {101, "standard_error"},
                                          {102, "single_epoch"},
                                          {103, "partial_average"},
                                          {104, "alternating_subaverage"},
                                          {105, "sample_cut_out_by_graph"},
                                          {106, "power_density_spectrum"},
                                          {200, "dipole_amplitude_cuvre"},
                                          {1100, "squid_modulation_lower_bound"},
                                          {1101, "squid_modulation_upper_bound"},
                                          {1102, "squid_gate_setting"}}};

int aspect_number(const std::string& name) {
    const auto found = std::ranges::find(aspects, name, &Aspect::second);
    require(found != aspects.end(),
            [&] { return "kind must be \"average\", \"standard_error\" or another of FIFF's; got \"" + name + "\""; });
    return found->first;
}

/// One matrix (channels, times), or one vector per channel as old programs wrote it.
Array<double, 2> averaged_data(const File& file, const Node& aspect, index n_channels, ComplexPart& part) {
    std::vector<const Entry*> tags;
    for (const Entry& entry : aspect.tags) {
        if (entry.kind == tag::epoch) {
            tags.push_back(&entry);
        }
    }
    if (tags.size() != 1 && static_cast<index>(tags.size()) != n_channels) {
        file.fail(aspect, "should hold one matrix, or a vector for each of " + text_of(n_channels) +
                              " channels; it holds " + text_of(tags.size()) + " pieces of data");
    }
    if (tags.size() == 1 && (tags[0]->type & type::matrix) != 0) {
        auto data = file.matrix(*tags[0], part);
        if (data.extent(1) == 1 && n_channels == 1 && data.extent(0) > 1) {
            Array<double, 2> row({1, data.extent(0)});
            std::copy(data.data(), data.data() + data.size(), row.data());
            data = std::move(row);
        }
        if (data.extent(0) != n_channels) {
            file.fail(*tags[0], "should have " + text_of(n_channels) + " rows, one per channel; it has " +
                                    text_of(data.extent(0)));
        }
        return data;
    }
    Array<double, 2> data;
    for (std::size_t c = 0; c < tags.size(); ++c) {
        const auto row = file.reals(*tags[c]);
        if (c == 0) {
            data = Array<double, 2>({n_channels, static_cast<index>(row.size())});
        }
        if (static_cast<index>(row.size()) != data.extent(1)) {
            file.fail(*tags[c],
                      "has " + text_of(row.size()) + " samples; the first channel has " + text_of(data.extent(1)));
        }
        std::copy(row.begin(), row.end(), data.view().row(static_cast<index>(c)).begin());
    }
    return data;
}

/// Channels that an average brings along in place of those of the measurement.
void take_own_channels(meeg::Info& info, const File& file, const Node& node) {
    const Entry* count = node.find(tag::nchan);
    if (!count || file.integer(*count) == 0) {
        return;
    }
    NameMap longer;
    auto channels = channels_of(file, node, longer);
    if (static_cast<std::int64_t>(channels.size()) != file.integer(*count)) {
        file.fail(*count, "announces " + text_of(file.integer(*count)) + " channels; " + text_of(channels.size()) +
                              " are described");
    }
    info.channels = std::move(channels);
    info.bads = renamed(longer, info.bads);
    const auto names = meeg::channel_names(info);
    std::erase_if(info.bads,
                  [&](const auto& bad) { return std::find(names.begin(), names.end(), bad) == names.end(); });
    if (const Entry* rate = node.find(tag::sfreq); rate && file.real(*rate) > 0) {
        info.sfreq = file.real(*rate);
    }
}

meeg::Evoked evoked_of(const File& file, const Node& node, const meeg::Info& info, bool allow_maxshield,
                       ComplexPart& part) {
    meeg::Evoked evoked;
    evoked.info = info;
    evoked.comment = "No comment";
    const Node* aspect = node.first(block::aspect);
    if (!aspect) {
        aspect = node.first(block::ias_aspect);
        if (!aspect) {
            file.fail(node, "the average holds no data");
        }
        if (!allow_maxshield) {
            file.fail(*aspect,
                      "the average is distorted by active shielding (MaxShield); process the recording with "
                      "MaxFilter, or set allow_maxshield to read it all the same");
        }
        evoked.info.maxshield = true;
    }
    take_own_channels(evoked.info, file, node);
    std::optional<index> first, last, count;
    std::optional<double> first_time;
    for (const Entry& entry : node.tags) {
        switch (entry.kind) {
            case tag::comment: evoked.comment = file.text(entry); break;
            case tag::first_sample: first = file.integer(entry); break;
            case tag::last_sample: last = file.integer(entry); break;
            case tag::no_samples: count = file.integer(entry); break;
            case tag::first_time: first_time = file.real(entry); break;
            case tag::mne_baseline_min: evoked.baseline_tmin = file.real(entry); break;
            case tag::mne_baseline_max: evoked.baseline_tmax = file.real(entry); break;
            default: break;
        }
    }
    int kind = 100;
    for (const Entry& entry : aspect->tags) {
        switch (entry.kind) {
            case tag::comment: evoked.comment = file.text(entry); break;
            case tag::aspect_kind: kind = static_cast<int>(file.integer(entry)); break;
            case tag::nave: evoked.nave = static_cast<double>(file.integer(entry)); break;
            default: break;
        }
    }
    const auto named = std::ranges::find(aspects, kind, &Aspect::first);
    if (named == aspects.end()) {
        file.fail(*aspect, "is of kind " + text_of(kind) + ", which is not among FIFF's");
    }
    evoked.kind = named->second;
    evoked.data = averaged_data(file, *aspect, evoked.info.n_channels(), part);
    if (first_time && count) {
        const double sample = *first_time * evoked.info.sfreq;
        if (!(std::abs(sample) < INT32_MAX)) {
            file.fail(node, "begins at " + text_of(*first_time) + " s");
        }
        evoked.first = static_cast<index>(std::nearbyint(sample));
        // The file has the time in single precision; what is further off than that lies between samples.
        if (std::abs(sample - static_cast<double>(evoked.first)) > 2.5e-7 * std::max(1.0, std::abs(sample))) {
            meeg::set_tmin(evoked, *first_time);
        }
    } else if (first && last) {
        evoked.first = *first;
        count = *last - *first + 1;
    } else {
        file.fail(node, "says neither its first time nor its first and last sample");
    }
    if (*count != evoked.n_times() || *count == 0) {
        file.fail(node, "should have " + text_of(*count) + " times; its data has " + text_of(evoked.n_times()));
    }
    for (index c = 0; c < evoked.info.n_channels(); ++c) {
        const double cal = evoked.info.channels[static_cast<std::size_t>(c)].cal;
        for (double& x : evoked.data.view().row(c)) {
            x *= cal;
        }
    }
    return evoked;
}

/// The average's samples, and behind each the imaginary part where there is one.
void write_samples(Writer& out, const meeg::Evoked& evoked, const meeg::Evoked* imaginary) {
    const index n_channels = evoked.data.extent(0), n_times = evoked.data.extent(1), parts = imaginary ? 2 : 1;
    Array<double, 2> data({n_channels, n_times * parts});
    for (index c = 0; c < n_channels; ++c) {
        const double cal = static_cast<float>(evoked.info.channels[static_cast<std::size_t>(c)].cal);
        for (index t = 0; t < n_times; ++t) {
            data(c, t * parts) = evoked.data(c, t) / cal;
            if (imaginary) {
                data(c, t * parts + 1) = imaginary->data(c, t) / cal;
            }
        }
    }
    if (!imaginary) {
        out.matrix(tag::epoch, data, type::float_);
        return;
    }
    const auto payload = static_cast<std::size_t>(data.size()) * 4;
    out.header(tag::epoch, type::matrix | type::complex_float, payload + 12);
    std::vector<std::byte> bytes(payload + 12);
    for (index k = 0; k < data.size(); ++k) {
        put_be32(bytes.data() + 4 * k, std::bit_cast<std::uint32_t>(static_cast<float>(data.data()[k])));
    }
    put_ints(bytes.data() + payload, {n_times, n_channels, 2});
    out.bytes(bytes);
}

void write_evoked(Writer& out, const meeg::Evoked& evoked, const meeg::Evoked* imaginary) {
    out.start_block(block::evoked);
    out.text(tag::comment, evoked.comment);
    out.real(tag::first_time, evoked.tmin());
    out.integer(tag::no_samples, evoked.n_times());
    out.integer(tag::first_sample, evoked.first);
    out.integer(tag::last_sample, evoked.first + evoked.n_times() - 1);
    if (evoked.baseline_tmin && evoked.baseline_tmax) {
        out.real(tag::mne_baseline_min, *evoked.baseline_tmin);
        out.real(tag::mne_baseline_max, *evoked.baseline_tmax);
    }
    const int aspect = evoked.info.maxshield ? block::ias_aspect : block::aspect;
    out.start_block(aspect);
    out.integer(tag::aspect_kind, aspect_number(evoked.kind));
    out.integer(tag::nave, std::llround(evoked.nave));  // whole numbers only
    write_samples(out, evoked, imaginary);
    out.end_block(aspect);
    out.end_block(block::evoked);
}

std::vector<ComplexEvoked> evokeds_of(const fs::path& path, bool allow_maxshield, bool complex) {
    const File file(path);
    return reading(path, [&] {
        const meeg::Info info = info_of(file);
        const auto nodes = measurement_of(file).all(block::evoked);
        if (nodes.empty()) {
            throw FileError(path, FileError::no_offset, "holds no averages");
        }
        std::vector<ComplexEvoked> evokeds;
        for (const Node* node : nodes) {
            ComplexPart part{complex ? ComplexPart::real : ComplexPart::none};
            auto& [real, imaginary] =
                evokeds.emplace_back(evoked_of(file, *node, info, allow_maxshield, part), std::nullopt);
            if (part.found) {
                part.which = ComplexPart::imaginary;
                imaginary = evoked_of(file, *node, info, allow_maxshield, part);
            }
        }
        return evokeds;
    });
}

}  // namespace

std::vector<meeg::Evoked> read_evokeds_fif(const fs::path& path, bool allow_maxshield) {
    std::vector<meeg::Evoked> evokeds;
    for (auto& [evoked, none] : evokeds_of(path, allow_maxshield, false)) {
        evokeds.push_back(std::move(evoked));
    }
    return evokeds;
}

std::vector<ComplexEvoked> read_complex_evokeds_fif(const fs::path& path, bool allow_maxshield) {
    return evokeds_of(path, allow_maxshield, true);
}

void write_evokeds_fif(const std::vector<meeg::Evoked>& evokeds, const fs::path& path, bool overwrite) {
    std::vector<ComplexEvoked> real;
    for (const meeg::Evoked& evoked : evokeds) {
        real.emplace_back(evoked, std::nullopt);
    }
    write_complex_evokeds_fif(real, path, overwrite);
}

void write_complex_evokeds_fif(const std::vector<ComplexEvoked>& evokeds, const fs::path& path, bool overwrite) {
    require(!evokeds.empty(), "at least one average must be given to be written");
    const meeg::Evoked& first = evokeds.front().first;
    const meeg::Info& info = first.info;
    for (const ComplexEvoked& both : evokeds) {
        const meeg::Evoked& evoked = both.first;  // clang 14 takes no bindings into lambdas
        const auto& imaginary = both.second;
        require(!imaginary || imaginary->data.extents() == evoked.data.extents(),
                "the imaginary part of an average must have the shape of the real one");
        require(meeg::channel_names(evoked.info) == meeg::channel_names(info) && evoked.info.sfreq == info.sfreq, [&] {
            return "averages in one file must share channels and sampling rate; '" + evoked.comment +
                   "' differs from '" + first.comment + "'";
        });
        require(evoked.data.extent(0) == info.n_channels() && evoked.n_times() > 0, [&] {
            return "average '" + evoked.comment + "' must have one row per channel and at least one time; got (" +
                   text_of(evoked.data.extent(0)) + ", " + text_of(evoked.n_times()) + ")";
        });
    }
    Writer out(path, overwrite);
    start_measurement(out, info);
    write_info(out, info, 0, true);
    out.start_block(block::processed_data);
    for (const auto& [evoked, imaginary] : evokeds) {
        meeg::Evoked same = evoked;
        for (std::size_t k = 0; k < info.channels.size(); ++k) {
            same.info.channels[k].cal = info.channels[k].cal;  // the file has one calibration for all
        }
        write_evoked(out, same, imaginary ? &*imaginary : nullptr);
    }
    out.end_block(block::processed_data);
    out.end_block(block::meas);
    out.commit();
}

}  // namespace ranvier::formats
