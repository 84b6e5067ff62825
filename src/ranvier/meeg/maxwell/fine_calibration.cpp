#include "ranvier/meeg/maxwell/fine_calibration.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>
#include <numeric>
#include <tuple>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/normals.hpp"
#include "ranvier/meeg/maxwell/preparation.hpp"
#include "ranvier/meeg/maxwell/temporal.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/sensors/rotation.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

using numerics::matmul;

Fields FineCalibrationOptions::fields() {
    using O = FineCalibrationOptions;
    return {
        "compute_fine_calibration",
        {field("n_imbalance", &O::n_imbalance,
               "along how many axes gradiometers may take up field: x alone, or x, y and z")
             .where("1 or 3", [](const Value& value) { return value == Value(1) || value == Value(3); }),
         field("t_window", &O::t_window, "length of the windows of which results are means").in("s").above(0),
         field("ext_order", &O::ext_order, "highest degree of outer multipoles").at_least(1).at_most(40),
         field("origin", &O::origin, "origin of the multipoles in the device; 'auto': its centre")
             .in("m")
             .none_is("auto")
             .where("three numbers or 'auto'", three_numbers_or_none),
         field("angle_limit", &O::angle_limit,
               "angle from which on, between a magnetometer's normal as it is drawn and as it is found, a window does "
               "not count")
             .in("°")
             .at_least(0),
         field("err_limit", &O::err_limit,
               "share of a magnetometer's samples that may be unexplained in windows that count")
             .in("%")
             .at_least(0)}};
}

namespace {

constexpr double mag_scale = Adjusted::scale;

CoilSet one_of(const CoilSet& coils, index k) {
    const index first = coils.first[static_cast<std::size_t>(k)], last = coils.first[static_cast<std::size_t>(k) + 1];
    CoilSet out;
    out.places.assign(coils.places.begin() + first, coils.places.begin() + last);
    out.normals.assign(coils.normals.begin() + first, coils.normals.begin() + last);
    out.first.push_back(last - first);
    return out;
}

/// Shares of the field along the axes that gradiometers take up, shape (gradiometers, axes).
/// @param S       what all sensors measure of multipoles
/// @param points  what magnetometers along each axis of the gradiometers do
Array<double, 2> imbalances_of(const Array<double, 2>& S, const std::vector<Array<double, 2>>& points,
                               const std::vector<index>& gradiometers, const Array<double, 2>& samples) {
    const index n = std::ssize(gradiometers), axes = std::ssize(points), length = samples.extent(1);
    const Array<double, 2> drawn = rows(S, gradiometers), measured = rows(samples, gradiometers);
    Array<double, 2> out({n, axes});
    for (int round = 0; round < 3; ++round) {
        Array<double, 2> whole = S;
        for (index g = 0; g < n; ++g) {
            for (index a = 0; a < axes; ++a) {
                for (index k = 0; k < S.extent(1); ++k) {
                    whole(gradiometers[static_cast<std::size_t>(g)], k) +=
                        out(g, a) * points[static_cast<std::size_t>(a)](g, k);
                }
            }
        }
        const Array<double, 2> moments = matmul(column_inverse(std::move(whole)).inverse, samples);
        const Array<double, 2> model = matmul(drawn, moments);
        std::vector<Array<double, 2>> along;
        for (const Array<double, 2>& p : points) {
            along.push_back(matmul(p, moments));
        }
        for (index g = 0; g < n; ++g) {
            Array<double, 2> products({axes, axes}), right({axes, 1});
            for (index a = 0; a < axes; ++a) {
                const auto x = along[static_cast<std::size_t>(a)].view().row(g);
                for (index b = 0; b < axes; ++b) {
                    const auto y = along[static_cast<std::size_t>(b)].view().row(g);
                    products(a, b) = std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
                }
                for (index k = 0; k < length; ++k) {
                    right(a, 0) += x[static_cast<std::size_t>(k)] * (measured(g, k) - model(g, k));
                }
            }
            const Array<double, 2> found = matmul(numerics::pseudo_inverse(products, 1e-6), right);
            std::copy(found.data(), found.data() + axes, out.view().row(g).begin());
        }
    }
    return out;
}

/// [first, last) of windows; the last one is longer by what is left.
std::vector<std::pair<index, index>> windows_of(index n_samples, double length) {
    const double whole = std::nearbyint(length);
    require(whole >= 1, "t_window must be at least a sample; got ", length, " samples");
    const index count =
        whole > static_cast<double>(n_samples) ? 1 : std::max<index>(n_samples / static_cast<index>(whole), 1);
    std::vector<std::pair<index, index>> out;
    for (index k = 0; k < count; ++k) {
        const index first = k == 0 ? 0 : k * static_cast<index>(whole);
        out.emplace_back(first, k + 1 == count ? n_samples : first + static_cast<index>(whole));
    }
    return out;
}

bool near(const Point& a, const Point& b) {
    for (std::size_t i = 0; i < 3; ++i) {
        if (!(std::abs(a[i] - b[i]) <= 1e-8 + 1e-5 * std::abs(b[i]))) {
            return false;
        }
    }
    return true;
}
Point part(const std::array<double, 12>& loc, std::size_t first) {
    return {loc[first], loc[first + 1], loc[first + 2]};
}

/// Coils at the place of a magnetometer that look where it looks are turned with it.
void turn_together(std::vector<std::array<double, 12>>& locs, std::size_t magnetometer, const Point& normal) {
    const std::array<double, 12> old = locs[magnetometer];
    std::vector<std::size_t> which;
    for (std::size_t k = 0; k < locs.size(); ++k) {
        if (near(part(old, 9), part(locs[k], 9)) && near(part(old, 0), part(locs[k], 0))) {
            which.push_back(k);
        }
    }
    const Rotation rotation = rotation_between(unit(part(locs[which.front()], 9)), unit(normal));
    for (const std::size_t k : which) {
        for (std::size_t axis = 3; axis < 12; axis += 3) {
            std::ranges::copy(rotated(rotation, part(locs[k], axis)), locs[k].begin() + static_cast<index>(axis));
        }
    }
}

/// What is measured, and by which sensors.
struct Room {
    Preparation prepared;
    std::vector<std::string> names;
    std::vector<std::array<double, 12>> locs;
    std::vector<CoilType> types;
    std::vector<index> magnetometers, gradiometers;  ///< numbers among the sensors
};

Room room_of(const Raw& raw, const FineCalibrationOptions& options) {
    Room room;
    Preparation& p = room.prepared;
    p.info = raw.info;
    require(p.info.bads.empty(), [&] {
        return "a fine calibration is one of all channels, so that all must be good; these are bad: " +
               joined(p.info.bads) + ". Drop them, or empty info['bads']";
    });
    require(!p.info.dev_head_t,
            "a fine calibration is computed from an empty room; this recording has a head (info['dev_head_t'])");
    p.sensors.picks = pick_types(p.info, {ChannelType::mag, ChannelType::grad}, false);
    p.good.assign(p.sensors.picks.size(), true);
    for (const index pick : p.sensors.picks) {
        const Channel& channel = p.info.channels[static_cast<std::size_t>(pick)];
        (channel.type() == ChannelType::mag ? room.magnetometers : room.gradiometers).push_back(std::ssize(room.names));
        room.names.push_back(without_spaces(channel.name));
        room.locs.push_back(channel.loc);
        room.types.push_back(channel.coil_type);
    }
    const index moments = n_moments(options.ext_order), n = std::ssize(room.magnetometers);
    require(n > moments, "ext_order=", options.ext_order, " has ", moments,
            " multipoles, and a fine calibration needs more magnetometers than that; got ", n);
    if (options.cross_talk) {
        add_cross_talk(p, *options.cross_talk);
    }
    return room;
}

/// All that counts of a window: what the samples are but for a rotation in time.
Array<double, 2> factor_of(const Raw& raw, const Room& room, index start, index stop) {
    const index n = std::ssize(room.names);
    std::vector<std::atomic<bool>> measures(room.names.size());
    const Samples samples{n, stop - start, [&](index begin, View<double, 2> out) {
                              Array<double, 2> all({n, out.extent(1)});
                              read_samples(raw, room.prepared.sensors.picks, start + begin, all);
                              for (index k = 0; k < n; ++k) {
                                  if (std::ranges::any_of(all.view().row(k), [](double x) { return x != 0; })) {
                                      measures[static_cast<std::size_t>(k)] = true;
                                  }
                              }
                              take_good(room.prepared, room.prepared.good, all, raw.time(start + begin), out);
                          }};
    Array<double, 2> factor = left_factor(samples);
    for (std::size_t k = 0; k < measures.size(); ++k) {
        require(measures[k], [&] {
            return "a fine calibration needs sensors that measure; '" + room.names[k] + "' is 0 from " +
                   text_of(raw.time(start)) + " s to " + text_of(raw.time(stop - 1)) + " s";
        });
    }
    for (const index k : room.magnetometers) {
        for (double& x : factor.view().row(k)) {
            x *= mag_scale;
        }
    }
    return factor;
}

/// The mean of windows that count, and how many those are.
std::pair<Adjusted, index> mean_of(const std::vector<Adjusted>& windows, const FineCalibrationOptions& options) {
    Adjusted mean{std::vector<Point>(windows[0].normals.size(), {0, 0, 0}),
                  std::vector<double>(windows[0].gains.size(), 0),
                  true,
                  {}};
    const index count = std::ranges::count_if(windows, &Adjusted::good);
    if (count == 0) {
        throw Conflict("no window of " + text_of(options.t_window) +
                       " s is within angle_limit=" + text_of(options.angle_limit) +
                       "° and err_limit=" + text_of(options.err_limit) + " %; of the first one " + windows[0].words);
    }
    for (const Adjusted& one : windows) {
        for (std::size_t k = 0; one.good && k < one.normals.size(); ++k) {
            mean.gains[k] += one.gains[k] / static_cast<double>(count);
            for (std::size_t i = 0; i < 3; ++i) {
                mean.normals[k][i] += one.normals[k][i] / static_cast<double>(count);
            }
        }
    }
    return {std::move(mean), count};
}

/// Normals and gains of the magnetometers as a calibration has them.
Adjusted of_calibration(const Room& room, const FineCalibration& calibration) {
    Adjusted out;
    const Preparation& p = room.prepared;
    const auto entries = entries_of(calibration, p.info, p.sensors.picks);
    for (const index k : room.magnetometers) {
        const std::size_t entry = entries[static_cast<std::size_t>(k)];
        check_entry(calibration, entry, true);
        require(!calibration.numbers[entry].empty(), "a fine calibration must have a number for each magnetometer");
        out.normals.push_back(part(calibration.locs[entry], 9));
        out.gains.push_back(calibration.numbers[entry][0]);
    }
    return out;
}

/// The mean over windows of what gradiometers take up, shape (gradiometers, axes).
Array<double, 2> imbalances_of(const Room& room, const std::vector<double>& gains, const Expansion& expansion,
                               index axes, const std::vector<Array<double, 2>>& factors) {
    CoilSet coils;
    for (std::size_t k = 0; k < room.locs.size(); ++k) {
        coils.add(coil_shape(room.types[k]), room.locs[k]);
    }
    Array<double, 2> S = multipole_basis(coils, expansion);
    for (std::size_t k = 0; k < gains.size(); ++k) {
        for (double& x : S.view().row(room.magnetometers[k])) {
            x *= mag_scale / gains[k];
        }
    }
    std::vector<std::array<double, 12>> locs;
    for (const index k : room.gradiometers) {
        locs.push_back(room.locs[static_cast<std::size_t>(k)]);
    }
    std::vector<Array<double, 2>> points;
    for (index a = 0; a < axes; ++a) {
        points.push_back(multipole_basis(points_along(a, locs), expansion));
        for (index k = 0; k < points.back().size(); ++k) {
            points.back().data()[k] *= mag_scale;
        }
    }
    std::vector<Array<double, 2>> each(factors.size());
    parallel_for(std::ssize(factors), [&](index w) {
        const auto at = static_cast<std::size_t>(w);
        each[at] = imbalances_of(S, points, room.gradiometers, factors[at]);
    });
    Array<double, 2> mean({std::ssize(locs), axes});
    for (const Array<double, 2>& one : each) {
        for (index k = 0; k < one.size(); ++k) {
            mean.data()[k] += one.data()[k] / static_cast<double>(each.size());
        }
    }
    return mean;
}

}  // namespace

ComputedCalibration compute_fine_calibration(const Raw& raw, const FineCalibrationOptions& options) {
    check_settings(options);
    Room room = room_of(raw, options);
    const Expansion expansion{options.origin.value_or(Point{0, 0, 0}), 0, options.ext_order};
    const CoilSet drawn = coils_of(room.prepared.info, room.prepared.sensors.picks);  // says which have no place
    std::vector<CoilSet> coils;
    std::vector<Point> normals;
    std::vector<std::string> names;
    for (const index k : room.magnetometers) {
        coils.push_back(one_of(drawn, k));
        normals.push_back(unit(part(room.locs[static_cast<std::size_t>(k)], 9)));
        names.push_back(room.names[static_cast<std::size_t>(k)]);
    }
    Adjusted known;
    if (options.calibration) {
        known = of_calibration(room, *options.calibration);
    }
    const auto windows = windows_of(raw.n_samples(), options.t_window * raw.info.sfreq);
    std::vector<Array<double, 2>> factors(windows.size());
    std::vector<Adjusted> found(windows.size());
    Progress progress("Fine calibration", std::ssize(windows));
    parallel_for(std::ssize(windows), [&](index w) {
        const auto at = static_cast<std::size_t>(w);
        factors[at] = factor_of(raw, room, windows[at].first, windows[at].second);
        if (!options.calibration) {
            const Array<double, 2> of_mags =
                left_factor(samples_of(factors[at], room.magnetometers, 0, factors[at].extent(1)));
            found[at] = adjusted(names, coils, normals, of_mags, expansion, {options.angle_limit, options.err_limit});
        }
        progress.advance();
    });
    ComputedCalibration out;
    if (!options.calibration) {
        log(LogLevel::info, "Adjusting normals of " + text_of(std::ssize(normals)) + " magnetometers");
        for (std::size_t w = 0; w < windows.size(); ++w) {
            log(LogLevel::info, "    " + formatted("%.3f", raw.time(windows[w].first)) + " - " +
                                    formatted("%.3f", raw.time(windows[w].second - 1)) + " s: " + found[w].words);
        }
        std::tie(known, out.count) = mean_of(found, options);
    }
    for (std::size_t k = 0; k < normals.size(); ++k) {
        turn_together(room.locs, static_cast<std::size_t>(room.magnetometers[k]), known.normals[k]);
    }
    out.calibration.names = room.names;
    out.calibration.locs = room.locs;
    out.calibration.numbers.resize(room.names.size());
    for (std::size_t k = 0; k < known.gains.size(); ++k) {
        out.calibration.numbers[static_cast<std::size_t>(room.magnetometers[k])] = {known.gains[k]};
    }
    if (!room.gradiometers.empty()) {
        log(LogLevel::info, "Computing imbalances of " + text_of(std::ssize(room.gradiometers)) + " gradiometers");
        const Array<double, 2> shares = imbalances_of(room, known.gains, expansion, options.n_imbalance, factors);
        for (std::size_t g = 0; g < room.gradiometers.size(); ++g) {
            const auto row = shares.view().row(static_cast<index>(g));
            out.calibration.numbers[static_cast<std::size_t>(room.gradiometers[g])].assign(row.begin(), row.end());
        }
    }
    return out;
}

}  // namespace ranvier::meeg
