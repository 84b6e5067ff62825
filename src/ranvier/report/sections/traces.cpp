#include "ranvier/report/sections/traces.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/text.hpp"

namespace ranvier::report {

std::vector<double> thinned(std::span<const double> x, index factor) {
    if (factor <= 1) {
        return {x.begin(), x.end()};
    }
    std::vector<double> out;
    const std::size_t piece = static_cast<std::size_t>(factor) * 2;
    for (std::size_t begin = 0; begin < x.size(); begin += piece) {
        const auto part = x.subspan(begin, std::min(piece, x.size() - begin));
        const auto [low, high] = std::minmax_element(part.begin(), part.end());
        out.push_back(low <= high ? *low : *high);
        out.push_back(low <= high ? *high : *low);
    }
    return out;
}

index thinned_size(index n, index factor) { return factor <= 1 ? n : (n + 2 * factor - 1) / (2 * factor) * 2; }

index thinning_factor(const Thinning& thinning, double sfreq, double n, index rows, index longest) {
    require(thinning.max_sfreq > 0 && thinning.max_bytes > 0, "the rate and the size of traces on a page must be > 0");
    constexpr double bytes_per_sample = 2 * 4.0 / 3;  // 16 bits, as base64
    const double bytes = n * static_cast<double>(rows) * bytes_per_sample;
    const double wanted = std::max(sfreq / thinning.max_sfreq, bytes / thinning.max_bytes);
    // No coarser than one piece for the whole.
    return static_cast<index>(std::min(std::ceil(wanted - 1e-9), static_cast<double>(longest)));
}

double quantum(double largest) { return largest > 0 ? largest / 32767 : 1; }

void quantise(std::span<const double> x, double scale, std::span<std::int16_t> out) {
    for (std::size_t k = 0; k < x.size(); ++k) {
        out[k] = std::isfinite(x[k]) ? static_cast<std::int16_t>(std::lround(x[k] / scale)) : std::int16_t{-32768};
    }
}

std::string thinning_words(index factor, double sfreq) {
    return factor > 1 ? formatted("thinned to %.6g Hz: ", sfreq) + "the least and the greatest of every " +
                            text_of(2 * factor) + " samples"
                      : "every sample, 16 bits";
}

std::vector<index> looked_picks(const meeg::Info& info, const TraceLook& look) {
    std::vector<index> picks = look.picks.empty() ? meeg::pick_all(info) : look.picks;
    for (const index k : picks) {
        require(k >= 0 && k < info.n_channels(), "channels on a page must be among the ", info.n_channels(),
                "; got number ", k);
    }
    return picks;
}

Json looked_channels(const meeg::Info& info, const std::vector<index>& picks, const TraceLook& look) {
    Json channels = channels_json(info, picks);
    for (Json& channel : channels) {
        const auto range = look.half_ranges.find(channel["type"].get<std::string>());
        if (range != look.half_ranges.end() && range->second > 0) {
            channel["half_range"] = range->second;
        } else if (range != look.half_ranges.end()) {
            channel.erase("half_range");
        }
    }
    return channels;
}

Json look_fields(const TraceLook& look) {
    require(look.duration > 0 && std::isfinite(look.start), "traces need a finite start and a duration > 0 s; got ",
            look.start, " s and ", look.duration, " s");
    require(look.n_channels >= 1, "at least one channel must be shown; got ", look.n_channels);
    Json fields{{"start", look.start},           {"duration", look.duration},
                {"rows", look.n_channels},       {"remove_mean", look.remove_mean},
                {"butterfly", look.butterfly},   {"scale_bars", look.scale_bars},
                {"zero_lines", look.zero_lines}, {"overview", look.overview},
                {"clock", look.clock},           {"first_time", look.first_time},
                {"clip_hides", look.clip_hides}};
    if (look.clip) {
        fields["clip"] = *look.clip;
    }
    for (const auto& [name, colour] : {std::pair("bad_colour", look.bad_colour), {"background", look.background}}) {
        if (!colour.empty()) {
            fields[name] = colour;
        }
    }
    if (!look.colours.empty()) {
        fields["colours"] = Json::array();
        for (const auto& [type, colour] : look.colours) {
            fields["colours"].push_back({{"name", type}, {"value", colour}});
        }
    }
    Json events = Json::array();
    for (const TraceEvent& event : look.events) {
        events.push_back({{"time", event.time}, {"name", event.name}, {"colour", event.colour}});
    }
    return {{"look", fields}, {"events", events}, {"marks_of", name(look.marks_of)}};
}

}  // namespace ranvier::report
