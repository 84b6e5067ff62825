#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/hpi.hpp"
#include "ranvier/meeg/maxwell/preserved.hpp"
#include "ranvier/meeg/recording/fiff_numbers.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

namespace {

struct Numbered {
    int ident;
    Point r;
};

std::vector<Point> by_number(std::vector<Numbered> points) {
    std::ranges::stable_sort(points, {}, &Numbered::ident);
    std::vector<Point> out;
    for (const Numbered& p : points) {
        out.push_back(p.r);
    }
    return out;
}

}  // namespace

std::optional<HpiCoils> hpi_coils(const Info& info) {
    const PreservedBlock* meas = last_block(info.preserved_blocks, fiff_block::hpi_meas);
    if (!meas) {
        return {};
    }
    struct Coil {
        int number;
        double freq;
    };
    std::vector<Coil> coils;
    for (const PreservedBlock& child : meas->children) {
        const PreservedTag *number = tag_of(child, fiff_tag::hpi_coil_no),
                           *freq = tag_of(child, fiff_tag::hpi_coil_freq);
        if (child.kind == fiff_block::hpi_coil && number) {
            if (!freq) {
                return {};
            }
            coils.push_back({whole(*number, 0), real(*freq, 0)});
        }
    }
    if (coils.empty()) {
        return {};
    }
    std::ranges::stable_sort(coils, {}, &Coil::number);
    HpiCoils out;
    const PreservedBlock* subsystem = last_block(info.preserved_blocks, fiff_block::hpi_subsystem);
    std::vector<std::int64_t> bits;
    if (subsystem) {
        if (const PreservedTag* channel = tag_of(*subsystem, fiff_tag::event_channel)) {
            const std::string name = text_in(*channel);
            const auto at = std::ranges::find(info.channels, name, &Channel::name);
            if (at != info.channels.end()) {
                out.channel = channel_index(info, name);
            }
        }
        for (const PreservedBlock& child : subsystem->children) {
            const PreservedTag* event = tag_of(child, fiff_tag::event_bits);
            if (child.kind == fiff_block::hpi_coil && event) {
                bits.push_back(whole(*event, 0));
            }
        }
    }
    for (const Coil& coil : coils) {
        if (!subsystem) {
            out.freqs.push_back(coil.freq);
            out.on.push_back(0);
            continue;
        }
        require(coil.number >= 1 && coil.number <= std::ssize(bits), "the recording does not say by which bits coil ",
                coil.number, " is switched on");
        const std::int64_t bit = bits[static_cast<std::size_t>(coil.number - 1)];
        if (bit != 0) {  // others were not used
            out.freqs.push_back(coil.freq);
            out.on.push_back(bit);
        }
    }
    return out;
}

std::vector<std::int64_t> active_coils(const Raw& raw) {
    const auto coils = hpi_coils(raw.info);
    require(coils && coils->channel, "the recording has no channel that tells when head position coils are on");
    const index n = raw.n_samples();
    std::vector<std::int64_t> out;
    out.reserve(static_cast<std::size_t>(n));
    constexpr index block = 1 << 16;
    for (index at = 0; at < n; at += block) {
        check_interrupt();
        const Array<double, 2> values = samples(raw, {*coils->channel}, at, std::min(at + block, n));
        for (const double x : values.view().row(0)) {
            const std::int64_t bits = std::abs(x) < 9e18 ? static_cast<std::int64_t>(x) : 0;
            out.push_back(std::ranges::count_if(coils->on, [&](std::int64_t bit) { return (bits & bit) != 0; }));
        }
    }
    return out;
}

std::vector<Point> hpi_places(const Info& info, bool adjust_dig) {
    const PreservedBlock* result = last_block(info.preserved_blocks, fiff_block::hpi_result);
    require(result != nullptr,
            "the recording has no fit of head position coils (info['hpi_results']), from which they "
            "are known");
    std::vector<Numbered> digitised, fitted;
    for (const DigPoint& point : info.dig) {
        if (point.kind == DigKind::hpi) {
            require(point.coord_frame == CoordFrame::head, "digitised coils must be in head coordinates");
            digitised.push_back({point.ident, point.r});
        }
    }
    for (const PreservedTag& tag : result->tags) {
        if (tag.kind == fiff_tag::dig_point) {
            fitted.push_back({whole(tag, 1), {real(tag, 2), real(tag, 3), real(tag, 4)}});
        }
    }
    std::vector<Point> in_device = by_number(fitted), places = by_number(digitised);
    if (places.empty()) {
        require(info.dev_head_t.has_value(), "coils that were not digitised need info['dev_head_t']");
        for (const Point& p : in_device) {
            places.push_back(applied(*info.dev_head_t, p));
        }
    }
    if (const PreservedTag* order = tag_of(*result, fiff_tag::hpi_digitization_order)) {
        std::vector<Point> ordered;
        for (index k = 0; k < numbers_in(*order); ++k) {
            const index at = whole(*order, k) - 1;
            require(at >= 0 && at < std::ssize(places), "the order of coils names coil ", at + 1, ", of ",
                    std::ssize(places));
            ordered.push_back(places[static_cast<std::size_t>(at)]);
        }
        places = std::move(ordered);
    }
    require(places.size() >= 3, "a head needs three coils or more to be told where it is; got ", places.size());
    const PreservedTag* transform = tag_of(*result, fiff_tag::coord_trans);
    if (!transform || in_device.size() != places.size()) {
        return places;
    }
    Transform fit{CoordFrame::device, CoordFrame::head, {}};
    for (std::size_t r = 0; r < 3; ++r) {
        for (std::size_t c = 0; c < 3; ++c) {
            fit.matrix[r][c] = real(*transform, static_cast<index>(2 + 3 * r + c));
        }
        fit.matrix[r][3] = real(*transform, static_cast<index>(11 + r));
    }
    const auto limit = [&](int kind, double otherwise) {
        const PreservedTag* tag = tag_of(*result, kind);
        return tag ? real(*tag, 0) : otherwise;
    };
    const double dist_limit = limit(fiff_tag::hpi_fit_dist_limit, 0.005),
                 good_limit = limit(fiff_tag::hpi_fit_good_limit, 0.98);
    const PreservedTag *used = tag_of(*result, fiff_tag::hpi_coils_used),
                       *goodness = tag_of(*result, fiff_tag::hpi_fit_goodness);
    double sum = 0;
    std::vector<double> errors;
    for (std::size_t k = 0; k < places.size(); ++k) {
        errors.push_back(norm(minus(places[k], applied(fit, in_device[k]))));
        sum += errors.back();
    }
    if (sum < dist_limit * static_cast<double>(places.size())) {
        return places;
    }
    for (std::size_t k = 0; k < places.size(); ++k) {
        bool was_used = used == nullptr;
        for (index u = 0; used && u < numbers_in(*used); ++u) {
            was_used = was_used || whole(*used, u) == static_cast<std::int32_t>(k) + 1;
        }
        const bool fits = !goodness || static_cast<index>(k) >= numbers_in(*goodness) ||
                          real(*goodness, static_cast<index>(k)) >= good_limit;
        if (adjust_dig && !was_used && fits) {
            places[k] = applied(fit, in_device[k]);
        } else if (errors[k] >= dist_limit) {
            warn("coil " + text_of(k + 1) + " was digitised " + formatted("%.1f", 1000 * errors[k]) +
                 " mm from where it was found when the recording began");
        }
    }
    return places;
}

}  // namespace ranvier::meeg
