#include "ranvier/meeg/maxwell/preparation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/compensation.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::meeg {

namespace {

/// As require(), for what does not go together.
template <class... Parts>
void agree(bool condition, const Parts&... parts) {
    if (!condition) {
        throw Conflict((std::string() + ... + detail::message_part(parts)));
    }
}

const Channel& channel_at(const Info& info, index k) { return info.channels[static_cast<std::size_t>(k)]; }
Channel& channel_at(Info& info, index k) { return info.channels[static_cast<std::size_t>(k)]; }

void check_untouched(const Info& info, bool calibration, bool cross_talk, bool st_only, bool temporal) {
    agree(info.projections.empty() || !all_active(info),
          "projections must not have been applied to what is Maxwell-filtered, since it changes the space they are of: "
          "read the recording anew, or delete projections that were never applied (del_proj)");
    const MaxwellDone done = maxwell_done(info);
    const auto refuse = [](bool twice, const char* what) {
        agree(!twice, what,
              " has been applied already, as the recording's history says, and can't be applied again: "
              "start from the recording as it was measured");
    };
    refuse(done.separated && !st_only, "signal-space separation");
    refuse(done.temporal && temporal, "temporal signal-space separation (tSSS)");
    refuse(done.calibrated && !st_only && calibration, "a fine calibration");
    refuse(done.cross_talk && !st_only && cross_talk, "cross-talk cancellation");
}

/// Magnetometers of VectorView whose file says T1 or T2 and whose calibration that they are T3.
void mend_magnetometers(Info& info) {
    for (Channel& channel : info.channels) {
        if (channel.kind == ChannelKind::meg && channel.unit == Unit::T && channel.cal > 3e-11 &&
            (channel.coil_type == CoilType::vv_mag_t1 || channel.coil_type == CoilType::vv_mag_t2)) {
            channel.coil_type = CoilType::vv_mag_t3;
        }
    }
}

/// Axial gradiometers that measure [T].
bool is_axial_gradiometer(const Channel& channel) {
    const auto is = [&](auto... types) { return ((channel.coil_type == types) || ...); };
    return is(coil::kit_grad) ||
           (channel.compensation == 0 && is(coil::ctf_grad, coil::ctf_ref_grad, coil::ctf_offdiag_grad));
}

double baseline(const Info& info, const std::vector<index>& picks, const std::vector<bool>& magnetometer) {
    std::optional<double> found;
    for (std::size_t k = 0; k < picks.size(); ++k) {
        if (!magnetometer[k]) {
            const double length = coil_shape(channel_at(info, picks[k]).coil_type).baseline;
            require(length > 0 && (!found || *found == length),
                    "mag_scale='auto' needs gradiometers of one baseline; give a number instead, as 100");
            found = length;
        }
    }
    return *found;
}

/// What was subtracted from the samples by a compensation with reference sensors, as I − C over picks.
Array<double, 2> compensation(const Info& info, const std::vector<index>& picks, bool ignore_ref) {
    const int grade = compensation_grade(info).value_or(0);
    if (grade == 0) {
        return {};
    }
    agree(!ignore_ref, "samples that were compensated with reference sensors (grade ", grade,
          ") can't be filtered without those: pass ignore_ref=False");
    const Array<double, 2> whole = compensation_matrix(info, grade);
    Array<double, 2> out({std::ssize(picks), std::ssize(picks)});
    for (index i = 0; i < out.extent(0); ++i) {
        const auto row = whole.view().row(picks[static_cast<std::size_t>(i)]);
        for (index k = 0; k < std::ssize(row); ++k) {
            const auto column = std::ranges::find(picks, k) - picks.begin();
            if (column < std::ssize(picks)) {
                out(i, column) = row[static_cast<std::size_t>(k)];
            } else {
                require(row[static_cast<std::size_t>(k)] == 0, [&] {
                    return "reference sensor '" + channel_at(info, k).name +
                           "' is needed for the compensation that was applied";
                });
            }
        }
    }
    return out;
}

Array<double, 2> extended(const std::vector<Projection>& projections, const Info& info,
                          const std::vector<index>& picks) {
    index count = 0;
    for (const Projection& p : projections) {
        count += p.vectors.extent(0);
    }
    Array<double, 2> out({count, std::ssize(picks)});
    index row = 0;
    for (std::size_t n = 0; n < projections.size(); ++n) {
        const Projection& p = projections[n];
        std::vector<std::string> missing;
        for (index k = 0; k < std::ssize(picks); ++k) {
            const std::string& name = channel_at(info, picks[static_cast<std::size_t>(k)]).name;
            const auto at = std::ranges::find(p.channels, name);
            if (at == p.channels.end()) {
                if (!is_bad(info, picks[static_cast<std::size_t>(k)])) {
                    missing.push_back(name);
                }
                continue;
            }
            for (index v = 0; v < p.vectors.extent(0); ++v) {
                out(row + v, k) = p.vectors(v, at - p.channels.begin());
            }
        }
        require(missing.empty(), [&] {
            return "extended_proj[" + text_of(n) + "] must have all good MEG channels; it lacks " + joined(missing);
        });
        row += p.vectors.extent(0);
    }
    return out;
}

/// Turns the coils of p.info and keeps what the history tells.
void add_calibration(Preparation& p, const FineCalibration& given) {
    Sensors& sensors = p.sensors;
    const index n = std::ssize(sensors.picks);
    const auto entries = entries_of(given, p.info, sensors.picks);
    index directions = 0;
    for (index k = 0; k < n; ++k) {
        const auto& numbers = given.numbers[entries[static_cast<std::size_t>(k)]];
        const auto count = std::ssize(numbers);
        check_entry(given, entries[static_cast<std::size_t>(k)], sensors.magnetometer[static_cast<std::size_t>(k)]);
        if (sensors.magnetometer[static_cast<std::size_t>(k)]) {
            require(count >= 1, "a fine calibration must have a number for each magnetometer");
            continue;
        }
        require((count == 1 || count == 3) && (directions == 0 || directions == count),
                "a fine calibration must have 1 (x) or 3 (x, y, z) imbalances for each gradiometer; got ", count);
        directions = count;
    }
    // Of the coils as they are drawn.
    std::vector<std::array<double, 12>> drawn;
    for (index k = 0; k < n; ++k) {
        if (!sensors.magnetometer[static_cast<std::size_t>(k)]) {
            drawn.push_back(channel_at(p.info, sensors.picks[static_cast<std::size_t>(k)]).loc);
        }
    }
    for (index d = 0; d < directions; ++d) {
        sensors.imbalance_coils.push_back(points_along(d, drawn));
    }
    sensors.imbalances = Array<double, 2>({directions, n});
    sensors.gains.assign(static_cast<std::size_t>(n), 1);
    p.calibration = Array<double, 2>({n, 14});
    std::vector<std::pair<std::size_t, index>> in_file_order;
    std::vector<double> angles;
    for (index k = 0; k < n; ++k) {
        in_file_order.emplace_back(entries[static_cast<std::size_t>(k)], k);
    }
    std::ranges::sort(in_file_order);
    for (index row = 0; row < n; ++row) {
        const auto [entry, k] = in_file_order[static_cast<std::size_t>(row)];
        const index pick = sensors.picks[static_cast<std::size_t>(k)];
        Channel& channel = channel_at(p.info, pick);
        const auto& numbers = given.numbers[entry];
        const bool magnetometer = sensors.magnetometer[static_cast<std::size_t>(k)];
        const TurnedCoil coil = turned(channel.loc, given.locs[entry]);
        channel.loc = coil.loc;
        angles.push_back(coil.angle * 180 / std::numbers::pi);
        p.calibration(row, 0) = magnetometer ? numbers[0] : 1;
        p.calibration(row, 1) = magnetometer ? 0 : numbers[0];
        std::ranges::copy(coil.calibrated, p.calibration.view().row(row).begin() + 2);
        std::string digits = without_spaces(given.names[entry]);
        digits.erase(0, std::min(digits.find_first_not_of("MEG"), digits.size()));
        p.calibrated_channels.push_back(
            {number_in<int>(digits).value_or(static_cast<int>(pick)), coil_number(channel.coil_type)});
        if (magnetometer) {
            sensors.gains[static_cast<std::size_t>(k)] = numbers[0];
        } else {
            for (index d = 0; d < directions; ++d) {
                sensors.imbalances(d, k) = numbers[static_cast<std::size_t>(d)];
            }
        }
    }
    double mean = 0;
    for (const double angle : angles) {
        mean += angle / static_cast<double>(angles.size());
    }
    log(LogLevel::info, "        Coils turned by the fine calibration by " + formatted("%.1f", mean) +
                            "° on average, at most " + formatted("%.1f", *std::ranges::max_element(angles)) + "°");
}

Point origin_of(const Info& info, const ExpansionOptions& options) {
    if (options.origin) {
        return *options.origin;
    }
    return options.coord_frame == "head" ? head_sphere(info).centre : Point{0, 0, 0};
}

/// Whether a transform turns and shifts a head, and no more.
void check_motion(const Transform& transform, const char* name) {
    const Rotation r = rotation_of(transform);
    const Point t = translation_of(transform);
    for (const Point& row : {r[0], r[1], r[2], t}) {
        require(std::ranges::all_of(row, [](double x) { return std::isfinite(x); }), name, " must hold finite numbers");
    }
    double off = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            off = std::max(off, std::abs(dot(r[i], r[k]) - (i == k)));
        }
    }
    const double determinant = dot(r[0], cross(r[1], r[2]));
    require(off <= 1e-3 && determinant > 0, name, " must be a rotation and a shift; got one whose determinant is ",
            determinant, ", not 1, and whose rows are off length 1 and right angles by up to ", off);
}

/// Warns where heads are moved far.
void check_distance(const Info& info, const Transform& goal) {
    if (info.dev_head_t) {
        const double far = norm(minus(translation_of(*info.dev_head_t), translation_of(goal)));
        if (far > 0.025) {
            warn("the head is moved by " + formatted("%.1f", 1000 * far) +
                 " mm to its destination; above 25 mm much noise comes with it");
        }
    }
}

}  // namespace

void add_cross_talk(Preparation& p, const CrossTalk& unsorted) {
    CrossTalk given = cross_talk_of(unsorted.names, unsorted.entries);
    given.of = unsorted.of;
    std::map<std::string, index> at;
    for (std::size_t k = 0; k < given.names.size(); ++k) {
        at.emplace(without_spaces(given.names[k]), static_cast<index>(k));
    }
    const index n = std::ssize(p.sensors.picks);
    std::vector<index> pick_of(given.names.size(), -1);
    std::vector<std::string> missing;
    for (index k = 0; k < n; ++k) {
        const std::string name = without_spaces(channel_at(p.info, p.sensors.picks[static_cast<std::size_t>(k)]).name);
        const auto found = at.find(name);
        if (found == at.end()) {
            missing.push_back(name);
        } else {
            pick_of[static_cast<std::size_t>(found->second)] = k;
        }
    }
    agree(missing.empty(), [&] {
        return "every MEG channel must be in the cross-talk matrix; it lacks " + joined(missing) +
               ": is it that of this system?";
    });
    std::vector<std::string> unknown;
    for (std::size_t k = 0; k < pick_of.size(); ++k) {
        if (pick_of[k] < 0) {
            unknown.push_back(given.names[k]);
        }
    }
    if (!unknown.empty()) {
        warn("the cross-talk matrix is also about channels that the recording lacks: " + joined(unknown));
    }
    for (const auto& entry : given.entries) {
        const index row = pick_of[static_cast<std::size_t>(entry.row)];
        const index column = pick_of[static_cast<std::size_t>(entry.column)];
        if (row >= 0 && column >= 0) {
            p.cross_talk.push_back({row, column, entry.value});
        }
    }
    std::ranges::sort(p.cross_talk, {}, [](const auto& e) { return std::pair(e.row, e.column); });
    p.cross_talk_of = std::move(given);
}

Preparation prepared(const Raw& raw, const ExpansionOptions& options, const std::optional<Transform>& destination,
                     bool st_only, bool temporal) {
    const auto calibration =
        options.calibration || !options.use_own_calibration ? options.calibration : own_calibration(raw.info);
    const auto cross_talk =
        options.cross_talk || !options.use_own_cross_talk ? options.cross_talk : own_cross_talk(raw.info);
    check_untouched(raw.info, calibration.has_value(), cross_talk.has_value(), st_only, temporal);
    agree(options.coord_frame == "meg" || raw.info.dev_head_t,
          "coord_frame='head' needs to know where the head is (info['dev_head_t']), which this recording does not say: "
          "for one of an empty room pass coord_frame='meg', or maxwell_filter_prepare_emptyroom() first");
    agree(!destination || options.coord_frame == "head",
          "a destination is one of the head, so that it needs coord_frame='head'");
    if (raw.info.dev_head_t) {
        check_motion(*raw.info.dev_head_t, "info['dev_head_t']");
    }
    if (destination) {
        check_motion(*destination, "destination");
    }
    Preparation p;
    p.info = raw.info;
    p.spaces = {options.regularize, options.bad_condition};
    mend_magnetometers(p.info);
    std::vector<ChannelType> types{ChannelType::mag, ChannelType::grad};
    if (!options.ignore_ref) {
        types.push_back(ChannelType::ref_meg);
    }
    Sensors& sensors = p.sensors;
    sensors.picks = pick_types(p.info, types, false);
    agree(!pick_types(p.info, {ChannelType::mag, ChannelType::grad}, false).empty(),
          "a Maxwell filter needs MEG channels; there are none");
    index n_good = 0, n_mag = 0;
    sensors.sees_homogeneous = false;
    const index n = std::ssize(sensors.picks);
    for (const index k : sensors.picks) {
        const Channel& channel = channel_at(p.info, k);
        const bool magnetometer = channel.unit == Unit::T;
        sensors.magnetometer.push_back(magnetometer);
        sensors.sees_homogeneous = sensors.sees_homogeneous || (magnetometer && !is_axial_gradiometer(channel));
        p.good.push_back(!is_bad(p.info, k));
        n_good += p.good.back();
        n_mag += magnetometer;
        require(options.ignore_ref || channel.coil_type != coil::kit_ref_mag || channel.kind != ChannelKind::ref_meg,
                "reference sensors of KIT systems can't be part of the filter: pass ignore_ref=True");
    }
    const index n_basis = n_moments(options.int_order) + n_moments(options.ext_order);
    require(n_basis >= 1, "int_order and ext_order must not both be 0, since no multipole is left then");
    require(n_basis <= n_good, "int_order and ext_order ask for ", n_basis,
            " multipoles, which must be no more than the ", n_good, " good sensors");
    const bool one_kind = n_mag == 0 || n_mag == n;
    sensors.mag_scale =
        options.mag_scale.value_or(one_kind ? 100 : 1 / baseline(p.info, sensors.picks, sensors.magnetometer));
    for (const bool magnetometer : sensors.magnetometer) {
        sensors.scale.push_back(magnetometer ? sensors.mag_scale : 1);
    }
    sensors.compensation = compensation(p.info, sensors.picks, options.ignore_ref);
    sensors.extended = extended(options.extended_proj, p.info, sensors.picks);
    const CoilSet plain = coils_of(p.info, sensors.picks);
    if (calibration) {
        add_calibration(p, *calibration);
        sensors.sees_homogeneous = true;
    }
    sensors.coils = calibration ? coils_of(p.info, sensors.picks) : plain;
    p.origin = origin_of(p.info, options);
    const bool device = options.coord_frame == "meg" && raw.info.dev_head_t;
    sensors.expansion = {device ? applied(*raw.info.dev_head_t, p.origin) : p.origin, options.int_order,
                         options.ext_order};
    if (cross_talk) {
        add_cross_talk(p, *cross_talk);
    }
    // Samples are made as the drawing has the coils.
    std::optional<Transform> goal = destination;
    if (goal) {
        check_distance(raw.info, *goal);
    } else if (raw.info.dev_head_t) {
        goal = *raw.info.dev_head_t;
    }
    Sensors drawn;
    drawn.expansion = {sensors.expansion.origin, options.int_order, 0};
    drawn.picks = sensors.picks;
    drawn.magnetometer = sensors.magnetometer;
    drawn.scale = sensors.scale;
    drawn.coils = plain;
    drawn.compensation = sensors.compensation;
    p.reconstruction = basis_of(drawn, goal);
    for (index i = 0; i < n; ++i) {
        for (double& x : p.reconstruction.view().row(i)) {
            x /= sensors.scale[static_cast<std::size_t>(i)];
        }
    }
    return p;
}

void require_finite(const Preparation& p, index k, std::span<const double> samples, double time) {
    // Lanes of their own, which compilers turn into vectors: each is 0, or NaN.
    constexpr std::size_t lanes = 16;
    double stain[lanes] = {};
    std::size_t t = 0;
    for (; t + lanes <= samples.size(); t += lanes) {
        for (std::size_t l = 0; l < lanes; ++l) {
            stain[l] += samples[t + l] * 0;
        }
    }
    for (; t < samples.size(); ++t) {
        stain[0] += samples[t] * 0;
    }
    require(std::ranges::all_of(stain, [](double x) { return x == 0; }), [&] {
        const auto at = std::ranges::find_if(samples, [](double x) { return !std::isfinite(x); }) - samples.begin();
        return "samples of good MEG channels must be finite; channel '" +
               channel_at(p.info, p.sensors.picks[static_cast<std::size_t>(k)]).name + "' holds NaN or infinity at " +
               text_of(time + static_cast<double>(at) / p.info.sfreq) +
               " s: mark it as bad, or annotate the stretch and name the annotation in skip_by_annotation";
    });
}

void take_good(const Preparation& p, const std::vector<bool>& good, View<const double, 2> all, double time,
               View<double, 2> out) {
    const index n = all.extent(0), length = all.extent(1);
    std::vector<index> row_of(static_cast<std::size_t>(n), -1);
    for (index k = 0, row = 0; k < n; ++k) {
        if (good[static_cast<std::size_t>(k)]) {
            const auto from = all.row(k);
            require_finite(p, k, from, time);
            if (p.cross_talk.empty()) {
                std::ranges::copy(from, out.row(row).begin());
            } else {
                std::ranges::fill(out.row(row), 0.0);
            }
            row_of[static_cast<std::size_t>(k)] = row++;
        }
    }
    for (const auto& entry : p.cross_talk) {
        const index row = row_of[static_cast<std::size_t>(entry.row)];
        if (row >= 0 && row_of[static_cast<std::size_t>(entry.column)] >= 0) {
            const double* from = all.row(entry.column).data();
            double* to = out.row(row).data();
            for (index k = 0; k < length; ++k) {
                to[k] += entry.value * from[k];
            }
        }
    }
}

}  // namespace ranvier::meeg
