#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/report/sections/axes.hpp"

namespace ranvier::report {

namespace {

/// Keeps peaks: of every 2·`factor` samples the smallest and the largest, in their order.
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

/// 16-bit integers and the factor that turns them back; what is not finite becomes −32768, "no value here".
double quantised(std::span<const double> x, std::span<std::int16_t> out) {
    double largest = 0;
    for (double v : x) {
        largest = std::isfinite(v) ? std::max(largest, std::abs(v)) : largest;
    }
    const double scale = largest > 0 ? largest / 32767 : 1;
    for (std::size_t k = 0; k < x.size(); ++k) {
        out[k] = std::isfinite(x[k]) ? static_cast<std::int16_t>(std::lround(x[k] / scale)) : std::int16_t{-32768};
    }
    return scale;
}

}  // namespace

std::string add_recording(Page& page, const std::string& title, const meeg::Raw& raw, const Thinning& thinning) {
    require(thinning.max_sfreq > 0 && thinning.max_bytes > 0, "the rate and the size of traces on a page must be > 0");
    require(raw.n_samples() > 0, "a recording without samples has no traces to show");
    const index n = raw.n_samples(), rows = raw.info.n_channels();
    constexpr double bytes_per_sample = 2 * 4.0 / 3;  // 16 bits, as base64
    const double bytes = static_cast<double>(n) * static_cast<double>(rows) * bytes_per_sample;
    const double wanted = std::max(raw.info.sfreq / thinning.max_sfreq, bytes / thinning.max_bytes);
    // No coarser than one piece for the whole.
    const auto factor = static_cast<index>(std::min(std::ceil(wanted - 1e-9), static_cast<double>(n)));
    const index kept = factor <= 1 ? n : (n + 2 * factor - 1) / (2 * factor) * 2;
    Array<std::int16_t, 2> packed({rows, kept});
    std::vector<double> scales(static_cast<std::size_t>(rows));
    parallel_for(rows, [&](index k) {
        const Array<double, 2> trace = meeg::samples(raw, {k}, 0, n);
        const std::vector<double> thin = thinned(trace.view().row(0), factor);
        scales[static_cast<std::size_t>(k)] = quantised(thin, packed.view().row(k));
    });
    Json data = page.content().array(packed);
    data["scale"] = scales;

    Json annotations = Json::array();
    for (const meeg::AnnotationSpan& a : meeg::annotation_spans(raw, {""})) {
        annotations.push_back(
            {{"onset", a.onset}, {"duration", std::max(0.0, a.duration)}, {"description", a.description}});
    }
    Json fields{{"sfreq", raw.info.sfreq},
                {"first_time", raw.first_time()},
                {"channels", channels_json(raw.info)},
                {"annotations", annotations},
                {"data", data}};
    if (factor > 1) {
        fields["sfreq"] = raw.info.sfreq * static_cast<double>(kept) / static_cast<double>(n);
        fields["recorded_sfreq"] = raw.info.sfreq;
    }
    page.content().add_section("recording", title, fields);
    return factor > 1 ? formatted("thinned to %.6g Hz: ", fields["sfreq"].get<double>()) +
                            "the least and the greatest of every " + text_of(2 * factor) + " samples"
                      : "every sample, 16 bits";
}

}  // namespace ranvier::report
