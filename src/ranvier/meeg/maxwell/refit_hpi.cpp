#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/head_fit.hpp"
#include "ranvier/meeg/maxwell/hpi.hpp"
#include "ranvier/meeg/maxwell/hpi_model.hpp"
#include "ranvier/meeg/maxwell/preserved.hpp"
#include "ranvier/meeg/recording/fiff_numbers.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Fields RefitOptions::fields() {
    using O = RefitOptions;
    return {
        "refit_hpi",
        {field("amplitudes", &O::amplitudes, "whether amplitudes are computed anew; then locs must be, too"),
         field("locs", &O::locs, "whether places of coils are found anew; then order must be, too"),
         field("order", &O::order, "whether it is found anew which digitised point each coil is"),
         field("ext_order", &O::ext_order, "highest degree of the outer fields that are taken out")
             .at_least(0)
             .at_most(20),
         field("gof_limit", &O::gof_limit, "goodness of fit below which a coil is not good").at_least(0).at_most(1),
         field("dist_limit", &O::dist_limit, "distance from where it should be above which a coil is not good")
             .in("m")
             .above(0),
         field("colinearity_limit", &O::colinearity_limit,
               "root mean square distance of the coils from a line below which a warning says that they hardly tell "
               "how the head is turned")
             .in("m")
             .at_least(0)}};
}

namespace {

void set_tag(PreservedBlock& block, PreservedTag tag) {
    const auto at = std::ranges::find(block.tags, tag.kind, &PreservedTag::kind);
    at == block.tags.end() ? block.tags.push_back(std::move(tag)) : void(*at = std::move(tag));
}

PreservedBlock& last(Info& info, int kind, const char* what) {
    const PreservedBlock* found = last_block(info.preserved_blocks, kind);
    require(found != nullptr, "a fit of head position coils can't be made anew where there is none: ", what,
            " is missing");
    return const_cast<PreservedBlock&>(*found);  // of an Info that may be changed
}

const PreservedTag& needed(const PreservedBlock& block, int kind, const char* what) {
    const PreservedTag* tag = tag_of(block, kind);
    require(tag != nullptr, "the recording's fit of head position coils does not hold ", what);
    return *tag;
}

/// Coils of the measurement, by their numbers.
std::vector<PreservedBlock*> coils_of(PreservedBlock& meas) {
    std::vector<PreservedBlock*> coils;
    for (PreservedBlock& child : meas.children) {
        if (child.kind == fiff_block::hpi_coil && tag_of(child, fiff_tag::hpi_coil_no)) {
            coils.push_back(&child);
        }
    }
    std::ranges::stable_sort(coils, {},
                             [](const PreservedBlock* c) { return whole(*tag_of(*c, fiff_tag::hpi_coil_no), 0); });
    return coils;
}

/// What was measured while the coils were on for the fit.
Raw measured(const Info& info, const PreservedTag& epoch) {
    const index n = info.n_channels(), columns = whole(epoch, numbers_in(epoch) - 3);
    require(whole(epoch, numbers_in(epoch) - 1) == 2 && whole(epoch, numbers_in(epoch) - 2) == n && columns > 0 &&
                n * columns == numbers_in(epoch) - 3,
            "what was measured for the fit of head position coils must have a row for each of ", n, " MEG channels");
    Raw raw;
    raw.info = info;
    raw.preloaded = true;
    raw.data = Array<double, 2>({n, columns});
    for (index k = 0; k < n; ++k) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        for (index s = 0; s < columns; ++s) {
            raw.data(k, s) = real(epoch, k * columns + s) * channel.range * channel.cal;
        }
    }
    return raw;
}

std::vector<double> reals(const PreservedTag& tag, index n) {
    std::vector<double> out;
    for (index k = 0; k < n; ++k) {
        out.push_back(real(tag, k));
    }
    return out;
}

/// Places, goodness and moments of an earlier fit.
ChpiLocs known_locs(const PreservedBlock& result) {
    std::vector<const PreservedTag*> points;
    for (const PreservedTag& tag : result.tags) {
        if (tag.kind == fiff_tag::dig_point) {
            points.push_back(&tag);
        }
    }
    const index n = std::ssize(points);
    ChpiLocs out;
    out.times = {0};
    out.rrs = Array<double, 3>({1, n, 3});
    out.moments = Array<double, 3>({1, n, 3});
    out.gofs = Array<double, 2>({1, n});
    const auto goodness = reals(needed(result, fiff_tag::hpi_fit_goodness, "how well each coil fits"), n);
    const auto moments = reals(needed(result, fiff_tag::hpi_coil_moments, "the coils' moments"), 3 * n);
    std::ranges::copy(goodness, out.gofs.data());
    std::ranges::copy(moments, out.moments.data());
    for (index k = 0; k < n; ++k) {
        for (index i = 0; i < 3; ++i) {
            out.rrs(0, k, i) = real(*points[static_cast<std::size_t>(k)], 2 + i);
        }
    }
    return out;
}

std::vector<Point> digitised(const Info& info) {
    std::vector<const DigPoint*> points;
    for (const DigPoint& point : info.dig) {
        if (point.kind == DigKind::hpi) {
            require(point.coord_frame == CoordFrame::head, "digitised coils must be in head coordinates");
            points.push_back(&point);
        }
    }
    std::ranges::stable_sort(points, {}, &DigPoint::ident);
    std::vector<Point> out;
    for (const DigPoint* point : points) {
        out.push_back(point->r);
    }
    return out;
}

/// Calls use(order) for each way to choose k of n, in their order.
template <class Use>
void for_orders(std::vector<std::size_t> all, std::size_t k, const Use& use) {
    std::ranges::sort(all);
    const auto middle = all.begin() + static_cast<index>(k);
    do {
        use(std::vector<std::size_t>(all.begin(), middle));
        std::reverse(middle, all.end());  // the rest has one order only
    } while (std::ranges::next_permutation(all).found);
}

/// Which digitised point each coil is: that of the good ones first, then of the others.
std::vector<std::size_t> best_order(const std::vector<Point>& device, const std::vector<Point>& head,
                                    const std::vector<std::size_t>& good) {
    const std::size_t n = device.size();
    std::vector<std::size_t> all(n), best(n, n);
    std::iota(all.begin(), all.end(), 0U);
    std::vector<Point> from;
    for (const std::size_t k : good) {
        from.push_back(device[k]);
    }
    const std::vector<double> ones(n, 1);
    double most = -999;
    RigidFit motion{};
    const auto points_at = [&](const std::vector<std::size_t>& order) {
        std::vector<Point> to;
        for (const std::size_t k : order) {
            to.push_back(head[k]);
        }
        return to;
    };
    for_orders(all, good.size(), [&](const std::vector<std::size_t>& order) {
        const auto to = points_at(order);
        const std::vector<double> w(to.size(), 1);
        const RigidFit fit = matched(from, to, w);
        // Coils that lie alike on both sides fit as well on a head that is turned round.
        const double upright = std::max(1 - angle_between(fit.quaternion, {0, 0, 0}) / std::numbers::pi, 0.0);
        const double value = goodness_of(fit, from, to, w) * std::pow(upright, 0.25);
        if (value > most) {
            most = value;
            motion = fit;
            for (std::size_t k = 0; k < good.size(); ++k) {
                best[good[k]] = order[k];
            }
        }
    });
    std::vector<std::size_t> left, bad;
    for (std::size_t k = 0; k < n; ++k) {
        if (std::ranges::find(best, k) == best.end()) {
            left.push_back(k);
        }
        if (best[k] == n) {
            bad.push_back(k);
        }
    }
    double most_of_left = -std::numeric_limits<double>::infinity();
    const std::vector<std::size_t> so_far = best;
    for_orders(left, left.size(), [&](const std::vector<std::size_t>& order) {
        std::vector<std::size_t> whole_order = so_far;
        for (std::size_t k = 0; k < bad.size(); ++k) {
            whole_order[bad[k]] = order[k];
        }
        const double value = goodness_of(motion, device, points_at(whole_order), ones);
        if (value > most_of_left) {
            most_of_left = value;
            best = whole_order;
        }
    });
    return best;
}

/// Root mean square distance of points from the line that fits them best, by coordinate.
double off_line(const std::vector<Point>& points) {
    Array<double, 2> centred({std::ssize(points), 3});
    for (index i = 0; i < 3; ++i) {
        double mean = 0;
        for (const Point& p : points) {
            mean += p[static_cast<std::size_t>(i)] / static_cast<double>(points.size());
        }
        for (index k = 0; k < centred.extent(0); ++k) {
            centred(k, i) = points[static_cast<std::size_t>(k)][static_cast<std::size_t>(i)] - mean;
        }
    }
    const auto s = numerics::svd(centred).s;
    return std::sqrt((s[1] * s[1] + s[2] * s[2]) / static_cast<double>(3 * points.size()));
}

}  // namespace

void refit_hpi(Info& info, const RefitOptions& options) {
    check_settings(options);
    require(!options.amplitudes || options.locs,
            "with amplitudes=True, locs must be True, or they would change nothing");
    require(!options.locs || options.order, "with locs=True, order must be True, or they would change nothing");
    require(!options.most || *options.most >= 3, "use must be at least 3 coils; got ", options.most.value_or(0));
    PreservedBlock& meas = last(info, fiff_block::hpi_meas, "info['hpi_meas']");
    PreservedBlock& result = last(info, fiff_block::hpi_result, "info['hpi_results']");
    const auto coils = coils_of(meas);
    const auto picks = pick_types(info, {ChannelType::mag, ChannelType::grad}, false);
    require(!picks.empty(), "coils are seen by MEG sensors; there are none");
    Info sensors = info;
    pick_channels(sensors, picks);
    sensors.bads.clear();
    const auto known = hpi_coils(sensors);
    require(known.has_value(),
            "the recording does not say with which frequencies head position coils were driven "
            "(info['hpi_meas'])");
    const index n = std::ssize(known->freqs);
    require(n == std::ssize(coils), "all coils must have been on for a fit; ", n, " of ", coils.size(), " were");

    ChpiAmplitudes amplitudes;
    if (options.amplitudes) {
        const Raw raw = measured(sensors, needed(*coils[0], fiff_tag::epoch, "what was measured for it"));
        const double length = static_cast<double>(raw.n_samples()) / info.sfreq;
        ChpiOptions how;
        how.t_step_min = length;
        how.t_window = length;
        how.ext_order = options.ext_order;
        amplitudes = compute_chpi_amplitudes(raw, how);
        require(!amplitudes.times.empty(), "what was measured for the fit of head position coils is too short");
    } else {
        amplitudes.times = {0};
        amplitudes.proj = outer_projection(sensors, counted(sensors.n_channels()), options.ext_order);
        amplitudes.slopes = Array<double, 3>({1, n, sensors.n_channels()});
        for (index c = 0; c < n; ++c) {
            const auto slopes =
                reals(needed(*coils[static_cast<std::size_t>(c)], fiff_tag::hpi_slopes, "the coils' amplitudes"),
                      sensors.n_channels());
            std::ranges::copy(slopes, amplitudes.slopes.data() + c * sensors.n_channels());
        }
    }
    const ChpiLocs locs = options.locs ? compute_chpi_locs(sensors, amplitudes) : known_locs(result);
    std::vector<Point> device, head = digitised(info);
    require(std::ssize(head) == n && locs.rrs.extent(0) > 0 && locs.rrs.extent(1) == n,
            "there must be as many coils that "
            "were digitised, and found, as were on, ",
            n, "; got ", head.size(), " and ", locs.rrs.extent(1));
    std::vector<std::size_t> good;
    std::string goodness;
    for (index c = 0; c < n; ++c) {
        device.push_back({locs.rrs(0, c, 0), locs.rrs(0, c, 1), locs.rrs(0, c, 2)});
        goodness += (c ? ", " : "") + formatted("%.3f", locs.gofs(0, c));
        if (locs.gofs(0, c) >= options.gof_limit) {
            good.push_back(static_cast<std::size_t>(c));
        }
    }
    require((good.size() >= 3 || (!options.order && !options.use.empty())),
            "three coils must have a goodness of fit of ", options.gof_limit, " or more; those are ", goodness);

    std::vector<std::size_t> order;
    if (options.order) {
        order = best_order(device, head, good);
    } else {
        const PreservedTag& old = needed(result, fiff_tag::hpi_digitization_order, "the order of coils");
        for (index c = 0; c < n; ++c) {
            const index at = whole(old, c) - 1;
            require(at >= 0 && at < n, "the order of coils names coil ", at + 1, ", of ", n);
            order.push_back(static_cast<std::size_t>(at));
        }
    }
    std::vector<Point> ordered;
    for (const std::size_t k : order) {
        ordered.push_back(head[k]);
    }
    const std::vector<double> ones(static_cast<std::size_t>(n), 1);
    std::vector<std::size_t> used;
    if (options.use.empty()) {
        const HeadFit first = head_of(device, ordered, good, ones);
        std::string far;
        for (std::size_t c = 0; c < device.size(); ++c) {
            const double distance = norm(minus(moved(first.motion, device[c]), ordered[c]));
            far += (c ? ", " : "") + formatted("%.1f", 1000 * distance);
            if (distance <= options.dist_limit && std::ranges::find(good, c) != good.end()) {
                used.push_back(c);
            }
        }
        require(used.size() >= 3, "three good coils must be within ", 1000 * options.dist_limit,
                " mm of where they were digitised; distances are ", far, " mm");
        if (options.most && std::ssize(used) > *options.most) {
            std::ranges::stable_sort(used, [&](std::size_t a, std::size_t b) {
                return locs.gofs(0, static_cast<index>(a)) > locs.gofs(0, static_cast<index>(b));
            });
            used.resize(static_cast<std::size_t>(*options.most));
            std::ranges::sort(used);
        }
    } else {
        for (const index c : options.use) {
            require(c >= 0 && c < n && std::ranges::count(options.use, c) == 1, "use must name coils 0 to ", n - 1,
                    ", each once; got ", c);
            used.push_back(static_cast<std::size_t>(c));
        }
        require(used.size() >= 3, "use must be at least 3 coils; got ", used.size());
    }
    std::vector<Point> on_head, in_device;
    for (const std::size_t c : used) {
        on_head.push_back(ordered[c]);
        in_device.push_back(device[c]);
    }
    const double least = std::min(off_line(on_head), off_line(in_device));
    if (least < options.colinearity_limit) {
        warn("the coils that tell where the head is lie nearly on a line, " + formatted("%.1f", 1000 * least) +
             " mm from it by root mean square, so that they hardly tell how it is turned about that: use more of them");
    }
    const HeadFit fit = head_of(device, ordered, used, ones);
    const Transform transform = device_to_head(rotation_of(fit.motion.quaternion), fit.motion.translation);
    log(LogLevel::info, "Head position coils: goodness " + goodness + "; " + text_of(std::ssize(used)) +
                            " tell where the head is, with a goodness of " + formatted("%.3f", fit.goodness));

    info.dev_head_t = transform;
    Bytes place, numbers, places_in_order, how_good, moments;
    place.integer(1).integer(4);
    for (const Transform& t : {transform, inverse(transform)}) {
        for (std::size_t r = 0; r < 3; ++r) {
            place.real(t.matrix[r][0]).real(t.matrix[r][1]).real(t.matrix[r][2]);
        }
        place.real(t.matrix[0][3]).real(t.matrix[1][3]).real(t.matrix[2][3]);
    }
    for (const std::size_t c : used) {
        numbers.integer(static_cast<index>(c) + 1);
    }
    for (index c = 0; c < n; ++c) {
        places_in_order.integer(static_cast<index>(order[static_cast<std::size_t>(c)]) + 1);
        how_good.real(locs.gofs(0, c));
        moments.real(locs.moments(0, c, 0)).real(locs.moments(0, c, 1)).real(locs.moments(0, c, 2));
    }
    moments.integer(3).integer(n).integer(2);
    set_tag(result, place.tag(fiff_tag::coord_trans, type_transform));
    set_tag(result, Bytes().integer(1).tag(fiff_tag::hpi_fit_accept, type_int));
    set_tag(result, numbers.tag(fiff_tag::hpi_coils_used, type_int));
    set_tag(result, places_in_order.tag(fiff_tag::hpi_digitization_order, type_int));
    set_tag(result, how_good.tag(fiff_tag::hpi_fit_goodness, type_float));
    set_tag(result, Bytes().real(options.gof_limit).tag(fiff_tag::hpi_fit_good_limit, type_float));
    set_tag(result, moments.tag(fiff_tag::hpi_coil_moments, dense | type_float));
    set_tag(result, Bytes().real(options.dist_limit).tag(fiff_tag::hpi_fit_dist_limit, type_float));
    index c = 0;
    for (PreservedTag& tag : result.tags) {
        if (tag.kind == fiff_tag::dig_point && c < n) {
            const Point& p = device[static_cast<std::size_t>(c++)];
            tag = Bytes()
                      .integer(whole(tag, 0))
                      .integer(whole(tag, 1))
                      .real(p[0])
                      .real(p[1])
                      .real(p[2])
                      .tag(tag.kind, tag.type);
        }
    }
    for (index k = 0; k < n; ++k) {
        Bytes slopes;
        for (index s = 0; s < amplitudes.slopes.extent(2); ++s) {
            slopes.real(amplitudes.slopes(0, k, s));
        }
        set_tag(*coils[static_cast<std::size_t>(k)], slopes.tag(fiff_tag::hpi_slopes, type_float));
    }
}

}  // namespace ranvier::meeg
