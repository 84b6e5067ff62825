#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/head_fit.hpp"
#include "ranvier/meeg/maxwell/hpi.hpp"
#include "ranvier/meeg/maxwell/least_squares.hpp"
#include "ranvier/meeg/noise/whitening.hpp"
#include "ranvier/meeg/sensors/coils.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Fields ChpiLocsOptions::fields() {
    using O = ChpiLocsOptions;
    return {"compute_chpi_locs",
            {field("t_step_max", &O::t_step_max, "longest time without a fit").in("s").above(0),
             field("too_close", &O::too_close, "what to do where a coil lies at a sensor")
                 .one_of({"raise", "warning", "info"}),
             field("adjust_dig", &O::adjust_dig,
                   "whether coils that were not used at first are put where they were found")}};
}
Fields HeadPosOptions::fields() {
    using O = HeadPosOptions;
    return {
        "compute_head_pos",
        {field("dist_limit", &O::dist_limit, "distance from where it should be above which a coil is not good")
             .in("m")
             .above(0),
         field("gof_limit", &O::gof_limit, "goodness of fit below which a coil is not good").at_least(0).at_most(1),
         field("adjust_dig", &O::adjust_dig, "whether coils that were not used at first are put where they were found"),
         field("weighted", &O::weighted, "whether all good coils count, by how good they are")}};
}

namespace {

/// The fields of magnetic dipoles along x, y and z at a place, whitened, shape (3, sensors), and the least distance.
class Dipoles {
public:
    Dipoles(CoilSet coils, Array<double, 2> whitener) : coils_(std::move(coils)), whitener_(std::move(whitener)) {}

    Array<double, 2> operator()(const Point& at, double& nearest) const {
        const index n = coils_.size();
        Array<double, 2> plain({3, n}), out({3, whitener_.extent(0)});
        for (index c = 0; c < n; ++c) {
            for (index k = coils_.first[static_cast<std::size_t>(c)]; k < coils_.first[static_cast<std::size_t>(c) + 1];
                 ++k) {
                const Point d = minus(coils_.places[static_cast<std::size_t>(k)], at);
                const Point& normal = coils_.normals[static_cast<std::size_t>(k)];
                const double d2 = dot(d, d), far = std::sqrt(d2), along = dot(d, normal);
                nearest = std::min(nearest, far);
                for (index i = 0; i < 3; ++i) {
                    const auto a = static_cast<std::size_t>(i);
                    plain(i, c) += 1e-7 * (3 * d[a] * along - d2 * normal[a]) / (d2 * d2 * far);
                }
            }
        }
        numerics::gemm(false, true, 3, out.extent(1), n, 1.0, plain.data(), n, whitener_.data(), n, 0.0, out.data(),
                       out.extent(1));
        return out;
    }
    std::vector<double> white(std::span<const double> x) const {
        std::vector<double> out(static_cast<std::size_t>(whitener_.extent(0)));
        for (index r = 0; r < whitener_.extent(0); ++r) {
            for (std::size_t k = 0; k < x.size(); ++k) {
                out[static_cast<std::size_t>(r)] += whitener_(r, static_cast<index>(k)) * x[k];
            }
        }
        return out;
    }
    const CoilSet& coils() const { return coils_; }

private:
    CoilSet coils_;
    Array<double, 2> whitener_;
};

/// What no moment at a place explains, and the moment.
struct Left {
    std::vector<double> residual;
    double sum = 0;  ///< of its squares
    Point moment{};
};

Left left_at(const Dipoles& dipoles, const Point& at, const std::vector<double>& b, double& nearest) {
    const Array<double, 2> fields = dipoles(at, nearest);
    const auto svd = numerics::svd(fields);  // 3 × n
    Left out{b, 0, {}};
    for (index r = 0; r < 3; ++r) {
        double share = 0;
        for (std::size_t k = 0; k < b.size(); ++k) {
            share += svd.Vt(r, static_cast<index>(k)) * b[k];
        }
        for (std::size_t k = 0; k < b.size(); ++k) {
            out.residual[k] -= share * svd.Vt(r, static_cast<index>(k));
        }
        for (std::size_t i = 0; i < 3; ++i) {
            out.moment[i] += svd.U(static_cast<index>(i), r) * share / svd.s[static_cast<std::size_t>(r)];
        }
    }
    for (const double x : out.residual) {
        out.sum += x * x;
    }
    return out;
}

struct DipoleFit {
    Point place{}, moment{};
    double goodness = 0;
};

DipoleFit fitted(const Dipoles& dipoles, const std::vector<double>& b, Point at, double& nearest) {
    if (std::ranges::all_of(b, [](double x) { return x == 0; })) {  // nothing was sent: no place is better than another
        return {at, {}, std::numeric_limits<double>::quiet_NaN()};
    }
    const auto left = [&](const Point& place) {
        double ignored = 1;
        return left_at(dipoles, place, b, ignored).residual;
    };
    at = least_squares(left, at, {1e-6, 0.1, 1e-8});
    const Left here = left_at(dipoles, at, b, nearest);
    double square = 0;
    for (const double x : b) {
        square += x * x;
    }
    return {at, here.moment, 1 - here.sum / square};
}

Array<double, 2> whitener_of(Info info, const Projection& proj) {
    info.projections.clear();
    if (proj.vectors.extent(0) > 0) {
        info.projections.push_back(proj);
    }
    Covariance noise;
    noise.diagonal = true;
    noise.names = channel_names(info);
    noise.data = Array<double, 2>({1, info.n_channels()});
    for (index k = 0; k < info.n_channels(); ++k) {
        const double deviation = info.channels[static_cast<std::size_t>(k)].unit == Unit::T ? 20e-15 : 5e-13;
        noise.data(0, k) = deviation * deviation;
    }
    return whitener(prepared_noise_covariance(noise, info, {}, {})).matrix;
}

double squared_correlation(std::span<const double> a, std::span<const double> b) {
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    const double n = static_cast<double>(a.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
        ma += a[k] / n;
        mb += b[k] / n;
    }
    for (std::size_t k = 0; k < a.size(); ++k) {
        aa += (a[k] - ma) * (a[k] - ma);
        bb += (b[k] - mb) * (b[k] - mb);
        ab += (a[k] - ma) * (b[k] - mb);
    }
    return ab * ab / (aa * bb);
}

}  // namespace

ChpiLocs compute_chpi_locs(const Info& whole, const ChpiAmplitudes& amplitudes, const ChpiLocsOptions& options) {
    check_settings(options);
    require(whole.dev_head_t.has_value(),
            "where coils are to be found first is known from where the head is "
            "(info['dev_head_t']), which the recording does not say");
    Info info = whole;
    pick_channels(info, channel_indices(whole, amplitudes.proj.channels));
    const index f = amplitudes.slopes.extent(1), n = amplitudes.slopes.extent(2);
    require(n == info.n_channels(), "amplitudes must be those of the sensors of their projection");
    const Dipoles dipoles(coils_of(info, pick_all(info)), whitener_of(info, amplitudes.proj));
    std::vector<Point> places = hpi_places(whole, options.adjust_dig);
    require(std::ssize(places) >= f, "there must be a place for each of the ", f, " coils; got ", places.size());
    places.resize(static_cast<std::size_t>(f));
    for (Point& p : places) {
        p = applied(inverse(*whole.dev_head_t), p);
    }
    // Guesses: a grid of 1 cm in the sphere that touches the nearest sensor.
    double radius = std::numeric_limits<double>::infinity();
    for (const Point& p : dipoles.coils().places) {
        radius = std::min(radius, norm(p));
    }
    std::vector<Point> guesses;
    const int top = static_cast<int>(radius / 0.01);
    for (int x = -top; x <= top; ++x) {
        for (int y = -top; y <= top; ++y) {
            for (int z = -top; z <= top; ++z) {
                if (const Point p{0.01 * x, 0.01 * y, 0.01 * z}; norm(p) < radius - 0.005) {
                    guesses.push_back(p);
                }
            }
        }
    }
    std::vector<Array<double, 2>> spans(guesses.size());  // orthonormal rows
    parallel_for(std::ssize(guesses), [&](index g) {
        double ignored = 1;
        spans[static_cast<std::size_t>(g)] = numerics::svd(dipoles(guesses[static_cast<std::size_t>(g)], ignored)).Vt;
    });
    ChpiLocs out;
    std::vector<DipoleFit> fits;
    index last = -1;
    double last_time = 0;
    Progress progress("cHPI locations", std::ssize(amplitudes.times));
    for (index t = 0; t < std::ssize(amplitudes.times); ++t) {
        check_interrupt();
        progress.advance();
        const double time = amplitudes.times[static_cast<std::size_t>(t)];
        const auto slopes = [&](index at, index c) {
            return std::span<const double>(amplitudes.slopes.data() + (at * f + c) * n, static_cast<std::size_t>(n));
        };
        bool finite = true;
        index alike = 0;
        for (index c = 0; c < f; ++c) {
            finite = finite && std::ranges::all_of(slopes(t, c), [](double x) { return std::isfinite(x); });
            alike += last >= 0 && squared_correlation(slopes(t, c), slopes(last, c)) > 0.98;
        }
        if (!finite || (last >= 0 && time - last_time <= options.t_step_max - 1e-7 && alike >= 3)) {
            continue;
        }
        last = t;
        last_time = time;
        std::vector<DipoleFit> now(static_cast<std::size_t>(f));
        std::vector<double> nearest(static_cast<std::size_t>(f), 1);
        parallel_for(f, [&](index c) {
            const auto at = static_cast<std::size_t>(c);
            const auto b = dipoles.white(slopes(t, c));
            Point start = places[at];
            double ignored = 1, most = -left_at(dipoles, start, b, ignored).sum, square = 0;
            for (const double x : b) {
                square += x * x;
            }
            for (std::size_t g = 0; g < guesses.size(); ++g) {
                double explained = 0;
                for (index r = 0; r < 3; ++r) {
                    double share = 0;
                    for (std::size_t k = 0; k < b.size(); ++k) {
                        share += spans[g](r, static_cast<index>(k)) * b[k];
                    }
                    explained += share * share;
                }
                if (explained - square > most) {
                    most = explained - square;
                    start = guesses[g];
                }
            }
            now[at] = fitted(dipoles, b, start, nearest[at]);
        });
        for (const double far : nearest) {
            if (far < 1e-5) {
                const std::string message = "a head position coil can't lie at a sensor; one was found " +
                                            formatted("%.4f", 1000 * far) + " mm from one";
                require(options.too_close != "raise", message,
                        R"(: check the amplitudes, or pass too_close="warning")");
                log(options.too_close == "info" ? LogLevel::info : LogLevel::warning, message);
            }
        }
        out.times.push_back(time);
        for (std::size_t c = 0; c < now.size(); ++c) {
            places[c] = now[c].place;
            fits.push_back(now[c]);
        }
    }
    const index count = std::ssize(out.times);
    out.rrs = out.moments = Array<double, 3>({count, f, 3});
    out.moments = out.rrs;
    out.gofs = Array<double, 2>({count, f});
    for (index k = 0; k < count * f; ++k) {
        const DipoleFit& fit = fits[static_cast<std::size_t>(k)];
        std::ranges::copy(fit.place, out.rrs.data() + 3 * k);
        std::ranges::copy(fit.moment, out.moments.data() + 3 * k);
        out.gofs.data()[k] = fit.goodness;
    }
    return out;
}

double goodness_of(const RigidFit& motion, const std::vector<Point>& from, const std::vector<Point>& to,
                   const std::vector<double>& weights) {
    Point mean{};
    double total = 0, off = 0, all = 0;
    for (const double w : weights) {
        total += w;
    }
    for (std::size_t k = 0; k < to.size(); ++k) {
        for (std::size_t i = 0; i < 3; ++i) {
            mean[i] += weights[k] / total * to[k][i];
        }
    }
    for (std::size_t k = 0; k < to.size(); ++k) {
        const Point e = minus(moved(motion, from[k]), to[k]), d = minus(to[k], mean);
        off += weights[k] * dot(e, e);
        all += weights[k] * dot(d, d);
    }
    return 1 - off / all;
}

HeadFit head_of(const std::vector<Point>& device, const std::vector<Point>& head, const std::vector<std::size_t>& used,
                const std::vector<double>& weights) {
    std::vector<Point> from, to;
    std::vector<double> w;
    for (const std::size_t k : used) {
        from.push_back(device[k]);
        to.push_back(head[k]);
        w.push_back(weights[k]);
    }
    HeadFit fit{matched(from, to, w), 0, used};
    fit.goodness = goodness_of(fit.motion, from, to, w);
    return fit;
}

namespace {

/// The best fit of three coils or more, of all ways to drop some: of those from number `first` on, so that each way
/// comes once.
HeadFit best_subset(const std::vector<Point>& device, const std::vector<Point>& head,
                    const std::vector<std::size_t>& used, std::size_t first = 0) {
    HeadFit best = head_of(device, head, used, std::vector<double>(head.size(), 1.0));
    for (std::size_t k = first; k < used.size() && used.size() > 3; ++k) {
        std::vector<std::size_t> fewer = used;
        fewer.erase(fewer.begin() + static_cast<index>(k));
        HeadFit other = best_subset(device, head, fewer, k);
        if (other.goodness > best.goodness) {
            best = std::move(other);
        }
    }
    return best;
}

/// How far distances between coils are from those of the digitised ones, on average, for each.
std::vector<double> distance_errors(const std::vector<Point>& device, const std::vector<Point>& head) {
    std::vector<double> errors;
    for (std::size_t i = 0; i < head.size(); ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < head.size(); ++k) {
            sum += std::abs(norm(minus(head[i], head[k])) - norm(minus(device[i], device[k])));
        }
        errors.push_back(sum / static_cast<double>(std::max<std::size_t>(head.size() - 1, 1)));
    }
    return errors;
}

}  // namespace

HeadPositions compute_head_pos(const Info& info, const ChpiLocs& locs, const HeadPosOptions& options) {
    check_settings(options);
    const std::vector<Point> head = hpi_places(info, options.adjust_dig);
    require(info.dev_head_t.has_value(), "head positions begin with info['dev_head_t'], which the recording lacks");
    const index n = locs.rrs.extent(1);
    require(n == std::ssize(head), "there must be as many coils in chpi_locs as were digitised, ", head.size(),
            "; got ", n);
    HeadPositions out;
    double last_time = -0.1;
    Point last = translation_of(*info.dev_head_t);
    for (index t = 0; t < std::ssize(locs.times); ++t) {
        const double time = locs.times[static_cast<std::size_t>(t)];
        std::vector<Point> device;
        std::vector<std::size_t> used;
        for (index c = 0; c < n; ++c) {
            device.push_back({locs.rrs(t, c, 0), locs.rrs(t, c, 1), locs.rrs(t, c, 2)});
            if (locs.gofs(t, c) >= options.gof_limit) {
                used.push_back(static_cast<std::size_t>(c));
            }
        }
        const auto too_few = [&](index good) {
            warn("at " + formatted("%.3f", time) + " s " + text_of(good) + " of " + text_of(n) +
                 " coils fit well, and three are needed to tell where the head is: the time is left out");
        };
        if (used.size() < 3) {
            too_few(std::ssize(used));
            continue;
        }
        HeadFit fit;
        if (options.weighted) {
            const auto errors = distance_errors(device, head);
            std::vector<double> weights;
            used.clear();
            for (std::size_t c = 0; c < head.size(); ++c) {
                const double well = std::clamp(
                    (locs.gofs(t, static_cast<index>(c)) - options.gof_limit) / std::max(1 - options.gof_limit, 1e-12),
                    0.0, 1.0);
                weights.push_back(well * std::clamp(1 - errors[c] / options.dist_limit, 0.0, 1.0));
                if (weights.back() > 0) {
                    used.push_back(c);
                }
            }
            if (used.size() < 3) {
                too_few(std::ssize(used));
                continue;
            }
            fit = head_of(device, head, used, weights);
        } else {
            fit = best_subset(device, head, used);
        }
        std::vector<double> errors;
        index good = 0;
        double mean_error = 0;
        for (std::size_t c = 0; c < head.size(); ++c) {
            errors.push_back(norm(minus(head[c], moved(fit.motion, device[c]))));
            good += locs.gofs(t, static_cast<index>(c)) >= options.gof_limit && errors.back() < options.dist_limit;
        }
        if (good < 3) {
            too_few(good);
            continue;
        }
        for (const std::size_t c : fit.used) {
            mean_error += errors[c] / static_cast<double>(fit.used.size());
        }
        const double velocity = norm(minus(last, fit.motion.translation)) / (time - last_time);
        out.push_back({time, fit.motion.quaternion, fit.motion.translation, fit.goodness, mean_error, velocity});
        last_time = time;
        last = fit.motion.translation;
    }
    return out;
}

}  // namespace ranvier::meeg
