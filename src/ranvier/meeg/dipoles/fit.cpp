#include "ranvier/meeg/dipoles/fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/dipoles/head_boundary.hpp"
#include "ranvier/meeg/forward/lead_field.hpp"
#include "ranvier/meeg/noise/whitening.hpp"
#include "ranvier/meeg/priors/directions.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr double grid_step = 0.015, grid_exclude = 0.02, grid_least = 0.005;  // [m]
constexpr double weak_direction = 0.2;  // whose field, as a share of the strongest one's, is not counted
constexpr index starts = 3;             // of the search at each time
constexpr index rounds = 3;             // in which better places are looked for around its end
constexpr index most_steps = 100;
constexpr index times_at_once = 256;

/// Whitened fields of unit dipoles along x, y, z at one place, as the directions that sensors tell apart.
struct Subspace {
    Matrix3 turn;                 ///< columns: directions of the dipole, the strongest first
    std::array<double, 3> sizes;  ///< of their fields
    index count = 2;              ///< of those that are counted
};

Subspace subspace(View<const double, 2> fields, index first) {
    Matrix3 products{};
    for (index c = 0; c < fields.extent(0); ++c) {
        const double* g = &fields(c, first);
        for (std::size_t a = 0; a < 3; ++a) {
            for (std::size_t b = a; b < 3; ++b) {
                products[a][b] += g[a] * g[b];
            }
        }
    }
    const Eigen3 eigen = symmetric_eigen(products);
    std::array<std::size_t, 3> order{0, 1, 2};
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return eigen.values[a] > eigen.values[b]; });
    Subspace out;
    for (std::size_t k = 0; k < 3; ++k) {
        out.sizes[k] = std::sqrt(std::max(eigen.values[order[k]], 0.0));
        for (std::size_t i = 0; i < 3; ++i) {
            out.turn[i][k] = eigen.vectors[i][order[k]];
        }
    }
    out.count = out.sizes[2] > weak_direction * out.sizes[0] ? 3 : 2;
    return out;
}

/// The moment along the counted directions that explains samples best, for each of those.
std::array<double, 3> coefficients(const Subspace& of, View<const double, 2> fields, index first,
                                   std::span<const double> samples) {
    std::array<double, 3> along{};
    for (index c = 0; c < fields.extent(0); ++c) {
        const double* g = &fields(c, first);
        for (std::size_t a = 0; a < 3; ++a) {
            along[a] += g[a] * samples[static_cast<std::size_t>(c)];
        }
    }
    std::array<double, 3> out{};
    for (std::size_t k = 0; k < static_cast<std::size_t>(of.count); ++k) {
        const double seen = of.turn[0][k] * along[0] + of.turn[1][k] * along[1] + of.turn[2][k] * along[2];
        out[k] = of.sizes[k] > 0 ? seen / of.sizes[k] : 0;
    }
    return out;
}

/// What a place leaves unexplained. @return  its power
double residual(const Subspace& of, View<const double, 2> fields, index first, std::span<const double> samples,
                std::span<double> out) {
    const auto size = coefficients(of, fields, first, samples);
    std::array<double, 3> moment{};
    for (std::size_t k = 0; k < static_cast<std::size_t>(of.count); ++k) {
        for (std::size_t i = 0; i < 3 && of.sizes[k] > 0; ++i) {
            moment[i] += of.turn[i][k] * size[k] / of.sizes[k];
        }
    }
    double power = 0;
    for (index c = 0; c < fields.extent(0); ++c) {
        const double* g = &fields(c, first);
        const double left =
            samples[static_cast<std::size_t>(c)] - g[0] * moment[0] - g[1] * moment[1] - g[2] * moment[2];
        out[static_cast<std::size_t>(c)] = left;
        power += left * left;
    }
    return power;
}

/// a⁻¹ of a symmetric positive matrix.
Matrix3 inverse(const Matrix3& a) {
    const Point x{a[0][0], a[0][1], a[0][2]}, y{a[1][0], a[1][1], a[1][2]}, z{a[2][0], a[2][1], a[2][2]};
    const Point yz = cross(y, z), zx = cross(z, x), xy = cross(x, y);
    const double d = dot(x, yz);
    return {{{yz[0] / d, zx[0] / d, xy[0] / d}, {yz[1] / d, zx[1] / d, xy[1] / d}, {yz[2] / d, zx[2] / d, xy[2] / d}}};
}

Point product(const Matrix3& a, const Point& x) { return {dot(a[0], x), dot(a[1], x), dot(a[2], x)}; }

/// The search for a place at one time, from one start.
struct Search {
    index time = 0;
    Point place{};
    double cost = std::numeric_limits<double>::infinity(), damping = 1e-3;
    Matrix3 curvature{};  // Jᵀ J of the residual by the place
    Point slope{};        // Jᵀ r
    Point trial{};
    bool ended = false;
};

/// Places brought inside, where they are not farther in than `least`.
Point brought_in(const HeadBoundary& boundary, double least, Point place) {
    for (int k = 0; k < 30; ++k) {
        const HeadBoundary::Depth depth = boundary.depth(place);
        if (depth.distance >= least) {
            break;
        }
        place = plus(place, scaled(depth.inwards, 1.2 * (least - depth.distance) + 1e-6));
    }
    return place;
}

/// The next place to try: Levenberg and Marquardt's step, along the boundary where it would lead beyond.
Point next_place(const Search& search, const HeadBoundary& boundary, double least) {
    Matrix3 a = search.curvature;
    const double scale = a[0][0] + a[1][1] + a[2][2];
    for (std::size_t k = 0; k < 3; ++k) {
        a[k][k] += search.damping * std::max(a[k][k], 1e-6 * scale) + 1e-300;
    }
    const Matrix3 b = inverse(a);
    Point step = scaled(product(b, search.slope), -1);
    const HeadBoundary::Depth here = boundary.depth(search.place);
    const double slack = here.distance - least;
    if (slack + dot(here.inwards, step) < 0) {
        const Point across = product(b, here.inwards);
        const double push = (-slack + dot(here.inwards, product(b, search.slope))) / dot(here.inwards, across);
        step = plus(step, scaled(across, push));
    }
    const double length = norm(step), longest = 0.03;
    if (length > longest) {
        step = scaled(step, longest / length);
    }
    return brought_in(boundary, least, plus(search.place, step));
}

/// Everything that stays the same at all times.
class Fitter {
public:
    Fitter(LeadField field, Array<double, 2> whitener, HeadBoundary boundary, double least, double tol)
        : field_(std::move(field)),
          whitener_(std::move(whitener)),
          boundary_(std::move(boundary)),
          least_(least),
          tol_(tol) {}

    Array<double, 2> fields(View<const double, 2> places) const { return field_(places); }
    Array<double, 2> whitened(View<const double, 2> fields) const { return numerics::matmul(whitener_.view(), fields); }
    const HeadBoundary& boundary() const { return boundary_; }

    /// The best places of a grid for each time, the best first. @param samples  whitened, shape (times, components)
    std::vector<Search> begun(View<const double, 2> samples) const {
        if (grid_.empty()) {
            grid_ = boundary_.grid(grid_step, std::max(grid_least, least_), grid_exclude);
            const Array<double, 2> white = whitened(fields(grid_));
            directions_ = Array<double, 2>({3 * grid_.extent(0), white.extent(0)});
            parallel_for(grid_.extent(0), [&](index g) {
                const Subspace of = subspace(white, 3 * g);
                for (index k = 0; k < of.count; ++k) {
                    const auto d = static_cast<std::size_t>(k);
                    for (index c = 0; c < white.extent(0) && of.sizes[d] > 0; ++c) {
                        double sum = 0;
                        for (std::size_t i = 0; i < 3; ++i) {
                            sum += white(c, 3 * g + static_cast<index>(i)) * of.turn[i][d];
                        }
                        directions_(3 * g + k, c) = sum / of.sizes[d];
                    }
                }
            });
        }
        const Array<double, 2> along = numerics::matmul(directions_.view(), samples.transposed());
        std::vector<Search> out;
        for (index t = 0; t < samples.extent(0); ++t) {
            std::vector<std::pair<double, index>> explained;
            for (index g = 0; g < grid_.extent(0); ++g) {
                double power = 0;
                for (index k = 0; k < 3; ++k) {
                    power += along(3 * g + k, t) * along(3 * g + k, t);
                }
                explained.emplace_back(-power, g);
            }
            std::ranges::sort(explained);
            // Starts that lie apart: neighbours of the best one lead where it leads.
            std::vector<Point> chosen;
            for (const auto& [power, g] : explained) {
                const Point place{grid_(g, 0), grid_(g, 1), grid_(g, 2)};
                if (std::ranges::all_of(chosen,
                                        [&](const Point& p) { return norm(minus(p, place)) > 2 * grid_step; })) {
                    chosen.push_back(place);
                    out.push_back({.time = t, .place = place, .trial = place});
                }
                if (std::ssize(chosen) == starts) {
                    break;
                }
            }
        }
        return out;
    }

    /// Follows all searches to their ends.
    void follow(std::vector<Search>& searches, View<const double, 2> samples) const {
        constexpr double h = 1e-5;  // [m]
        for (index step = 0; step < most_steps; ++step) {
            check_interrupt();
            std::vector<Search*> active;
            for (Search& search : searches) {
                if (!search.ended) {
                    active.push_back(&search);
                }
            }
            if (active.empty()) {
                break;
            }
            Array<double, 2> places({4 * std::ssize(active), 3});
            for (index s = 0; s < std::ssize(active); ++s) {
                for (index k = 0; k < 4; ++k) {
                    for (index i = 0; i < 3; ++i) {
                        places(4 * s + k, i) = active[static_cast<std::size_t>(s)]->trial[static_cast<std::size_t>(i)] +
                                               (k == i + 1 ? h : 0);
                    }
                }
            }
            const Array<double, 2> white = whitened(fields(places));
            parallel_for(std::ssize(active), [&](index s) {
                advance(*active[static_cast<std::size_t>(s)], white, 12 * s, h,
                        samples.row(active[static_cast<std::size_t>(s)]->time));
            });
        }
    }

    /// Begins again from a better place around the end of a search, where there is one: along a boundary of points,
    /// places between them lead farther out than steps along any one of them.
    void look_around(std::vector<Search>& all, View<const double, 2> samples) const {
        std::vector<Search*> searches;
        for (Search& search : all) {
            if (boundary_.bumpy() && boundary_.depth(search.place).distance < least_ + 1e-3) {
                searches.push_back(&search);
            }
        }
        constexpr double radii[] = {0.006, 0.0025};
        std::vector<Point> directions;
        for (int x = -1; x <= 1; ++x) {
            for (int y = -1; y <= 1; ++y) {
                for (int z = -1; z <= 1; ++z) {
                    if (std::abs(x) + std::abs(y) + std::abs(z) != 2 && (x != 0 || y != 0 || z != 0)) {
                        const Point p{static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)};
                        directions.push_back(scaled(p, 1 / norm(p)));
                    }
                }
            }
        }
        const index around = std::ssize(directions) * std::ssize(radii);
        Array<double, 2> places({around * std::ssize(searches), 3});
        for (index s = 0; s < std::ssize(searches); ++s) {
            index k = s * around;
            for (const double radius : radii) {
                for (const Point& direction : directions) {
                    const Point place =
                        brought_in(boundary_, least_,
                                   plus(searches[static_cast<std::size_t>(s)]->place, scaled(direction, radius)));
                    std::ranges::copy(place, places.view().row(k++).begin());
                }
            }
        }
        const Array<double, 2> white = whitened(fields(places));
        parallel_for(std::ssize(searches), [&](index s) {
            Search& search = *searches[static_cast<std::size_t>(s)];
            std::vector<double> left(static_cast<std::size_t>(white.extent(0)));
            double least = search.cost;
            index best = -1;
            for (index k = s * around; k < (s + 1) * around; ++k) {
                const double cost = residual(subspace(white, 3 * k), white, 3 * k, samples.row(search.time), left);
                if (cost < least) {
                    least = cost;
                    best = k;
                }
            }
            if (best >= 0) {
                search = {.time = search.time, .trial = {places(best, 0), places(best, 1), places(best, 2)}};
            }
        });
    }

private:
    void advance(Search& search, View<const double, 2> white, index first, double h,
                 std::span<const double> samples) const {
        const auto n = static_cast<std::size_t>(white.extent(0));
        std::vector<double> here(n), there(n);
        Subspace of = subspace(white, first);
        const double cost = residual(of, white, first, samples, here);
        if (cost < search.cost) {
            const double moved = norm(minus(search.trial, search.place));
            const bool first_look = std::isinf(search.cost);
            std::array<std::vector<double>, 3> J;
            for (index k = 0; k < 3; ++k) {
                // As many directions as at the place itself, so that the residual is smooth.
                Subspace beside = subspace(white, first + 3 * (k + 1));
                beside.count = of.count;
                residual(beside, white, first + 3 * (k + 1), samples, there);
                auto& column = J[static_cast<std::size_t>(k)];
                column.resize(n);
                for (std::size_t c = 0; c < n; ++c) {
                    column[c] = (there[c] - here[c]) / h;
                }
            }
            for (std::size_t a = 0; a < 3; ++a) {
                search.slope[a] = 0;
                for (std::size_t c = 0; c < n; ++c) {
                    search.slope[a] += J[a][c] * here[c];
                }
                for (std::size_t b = 0; b < 3; ++b) {
                    search.curvature[a][b] = 0;
                    for (std::size_t c = 0; c < n; ++c) {
                        search.curvature[a][b] += J[a][c] * J[b][c];
                    }
                }
            }
            search.place = search.trial;
            search.cost = cost;
            search.damping = std::max(search.damping / 5, 1e-9);
            search.ended = !first_look && moved < tol_;
        } else {
            search.damping *= 4;
            search.ended = search.damping > 1e12;
        }
        if (!search.ended) {
            search.trial = next_place(search, boundary_, least_);
            search.ended = norm(minus(search.trial, search.place)) < 0.1 * tol_;
        }
    }

    LeadField field_;
    Array<double, 2> whitener_;
    HeadBoundary boundary_;
    double least_, tol_;
    mutable Array<double, 2> grid_, directions_;  // made when a search first begins
};

/// Limits of confidence of a place and a moment: "vol", "depth", "long", "trans", "qlong", "qtrans".
std::array<double, 6> confidence(const Fitter& fitter, const Point& place, const Point& moment, const Point& ori) {
    constexpr double h = 1e-4;  // [m]
    // Along the dipole; across it and along the surface; and from the centre outwards.
    const Point radius = minus(place, fitter.boundary().centre());
    Point out = minus(radius, scaled(ori, dot(ori, radius)));
    out = scaled(out, 1 / norm(out));
    const std::array<Point, 3> axes{ori, cross(out, ori), out};
    Array<double, 2> places({7, 3});
    for (index k = 0; k < 3; ++k) {
        for (index i = 0; i < 3; ++i) {
            const double at = place[static_cast<std::size_t>(i)];
            const double shift = h * axes[static_cast<std::size_t>(k)][static_cast<std::size_t>(i)];
            places(2 * k, i) = at - shift;
            places(2 * k + 1, i) = at + shift;
            places(6, i) = at;
        }
    }
    const Array<double, 2> white = fitter.whitened(fitter.fields(places));
    const index n = white.extent(0);
    Array<double, 2> J({n, 6});
    const auto field = [&](index c, index p, const Point& q) {
        return white(c, 3 * p) * q[0] + white(c, 3 * p + 1) * q[1] + white(c, 3 * p + 2) * q[2];
    };
    double of_place = 0, of_moment = 0;
    for (index c = 0; c < n; ++c) {
        for (index k = 0; k < 3; ++k) {
            J(c, k) = (field(c, 2 * k + 1, moment) - field(c, 2 * k, moment)) / (2 * h);
            J(c, 3 + k) = field(c, 6, axes[static_cast<std::size_t>(k)]);
            of_place += J(c, k) * J(c, k);
            of_moment += k < 2 ? J(c, 3 + k) * J(c, 3 + k) : 0;
        }
    }
    // Places and moments have units of their own: they are inverted on scales that are alike.
    const double scale[2] = {std::sqrt(of_place), std::sqrt(of_moment)};
    Array<double, 2> products({6, 6});
    for (index a = 0; a < 6; ++a) {
        for (index b = 0; b < 6; ++b) {
            for (index c = 0; c < n; ++c) {
                products(a, b) += J(c, a) * J(c, b) / (scale[a / 3] * scale[b / 3]);
            }
        }
    }
    const auto eigen = numerics::symmetric_eigen(products);
    Array<double, 2> spread({6, 6});
    for (index a = 0; a < 6; ++a) {
        for (index b = 0; b < 6; ++b) {
            for (index k = 0; k < 6; ++k) {
                const double value = eigen.values[static_cast<std::size_t>(k)];
                if (value > 1e-14 * eigen.values.back()) {
                    spread(a, b) += eigen.vectors(a, k) * eigen.vectors(b, k) / value / (scale[a / 3] * scale[b / 3]);
                }
            }
        }
    }
    Array<double, 2> of_places({3, 3});
    for (index a = 0; a < 3; ++a) {
        std::copy_n(&spread(a, 0), 3, &of_places(a, 0));
    }
    double volume = 476.379541;  // 7.81³, of χ² at 95 % with three degrees of freedom
    for (const double value : numerics::symmetric_eigen(of_places).values) {
        volume *= value;
    }
    const auto limit = [&](index k) { return 1.96 * std::sqrt(spread(k, k)); };
    return {4 * std::numbers::pi / 3 * std::sqrt(volume), limit(2), limit(0), limit(1), limit(3), limit(4)};
}

/// The inner skull as dipoles see it.
HeadBoundary boundary_of(const Conductor& conductor, const Transform& head_to_mri, const ForwardSensors& sensors) {
    if (const auto* sphere = std::get_if<const LayeredSphere*>(&conductor)) {
        if (!(*sphere)->layers.empty()) {
            return {(*sphere)->centre, (*sphere)->layers.front().radius};
        }
        require(!sensors.centres.empty(),
                "a sphere without layers has magnetic fields alone, and no MEG channel is good");
        double nearest = std::numeric_limits<double>::infinity();
        for (const Point& sensor : sensors.centres) {
            nearest = std::min(nearest, norm(minus(sensor, (*sphere)->centre)));
        }
        return {(*sphere)->centre, nearest};
    }
    const BemModel& bem = *std::get<const BemModel*>(conductor);
    const auto at = std::ranges::find(bem.surfaces, surface_id::inner_skull, &Surface::id);
    require(at != bem.surfaces.end(), "the boundary-element model has no inner skull");
    Surface inner = *at;
    if (inner.frame != CoordFrame::head) {
        const Transform to_head = exact_inverse(head_to_mri);
        for (index k = 0; k < inner.n_points(); ++k) {
            const Point moved = applied(to_head, Point{inner.points(k, 0), inner.points(k, 1), inner.points(k, 2)});
            std::ranges::copy(moved, inner.points.view().row(k).begin());
        }
        inner.frame = CoordFrame::head;
    }
    return HeadBoundary(std::move(inner));
}

}  // namespace

DipoleFit fit_dipoles(const Info& info, View<const double, 2> data, const std::vector<double>& times,
                      const Covariance& noise, const Conductor& conductor, const Transform& mri_to_head,
                      const DipoleFitOptions& options, const DipoleFitGiven& given) {
    const index n_times = std::ssize(times);
    require(data.extent(0) == info.n_channels() && data.extent(1) == n_times, "samples must be of ", info.n_channels(),
            " channels and ", n_times, " times; got ", data.extent(0), " and ", data.extent(1));
    const bool average = std::ranges::any_of(info.projections,
                                             [](const auto& p) { return p.kind == ProjectionKind::average_reference; });
    require(
        average || info.custom_ref_applied != CustomReference::off || pick_types(info, {ChannelType::eeg}).empty(),
        "dipoles are fitted to EEG with an average reference as a projection: use set_eeg_reference(projection=True)");
    require(!given.orientation || given.place, "an orientation is given with a place: pass pos, too");
    const std::vector<index> good = pick_types(info, {ChannelType::mag, ChannelType::grad, ChannelType::eeg});
    require(!good.empty(), "no MEG or EEG channel is good");
    Info picked = info;
    pick_channels(picked, good);
    // Reference sensors, which compensation needs, have no rows: they stay in the Info that coils are taken from.
    Info with_references = info;
    std::vector<index> kept = good;
    const auto references = pick_types(info, {ChannelType::ref_meg}, false);
    kept.insert(kept.end(), references.begin(), references.end());
    std::ranges::sort(kept);
    pick_channels(with_references, kept);
    const bool has_meg = !pick_types(picked, {ChannelType::mag, ChannelType::grad}).empty();
    const bool has_eeg = !pick_types(picked, {ChannelType::eeg}).empty();
    const ForwardSensors sensors = forward_sensors(
        with_references, {.meg = has_meg,
                          .eeg = has_eeg,
                          .accuracy = options.accuracy == "accurate" ? CoilAccuracy::accurate : CoilAccuracy::normal});
    DipoleFit out;
    std::vector<std::string> names;
    for (const auto* list : {&sensors.meg, &sensors.eeg}) {
        for (const index k : *list) {
            names.push_back(with_references.channels[static_cast<std::size_t>(k)].name);
            out.picks.push_back(kept[static_cast<std::size_t>(k)]);
        }
    }
    const Covariance prepared = prepared_noise_covariance(noise, info, names, given.rank);
    Whitener white = whitener(prepared, WhiteSpace::components);
    const index n = std::ssize(names), rank = white.matrix.extent(0);

    Array<double, 2> raw({n, n_times});
    for (index c = 0; c < n; ++c) {
        for (index t = 0; t < n_times; ++t) {
            raw(c, t) = data(out.picks[static_cast<std::size_t>(c)], t);
            require(std::isfinite(raw(c, t)), "samples must be finite; those of channel '",
                    names[static_cast<std::size_t>(c)], "' are not");
        }
    }
    const Array<double, 2> samples(numerics::matmul(white.matrix.view(), raw.view()).view().transposed());

    const Transform to_head = mri_to_head.from == CoordFrame::head ? exact_inverse(mri_to_head) : mri_to_head;
    require(to_head.from == CoordFrame::mri && to_head.to == CoordFrame::head,
            "trans must lead from MRI to head "
            "coordinates or back; it leads from ",
            text(mri_to_head.from), " to ", text(mri_to_head.to));
    Transform head_to_mri = exact_inverse(to_head);
    const double least = options.min_dist / 1000;
    LeadField field;
    if (const auto* sphere = std::get_if<const LayeredSphere*>(&conductor)) {
        field = prepared_lead_field(**sphere, sensors);
    } else {
        const BemModel& bem = *std::get<const BemModel*>(conductor);
        Transform to_model = head_to_mri;
        if (!bem.surfaces.empty() && (*bem.surfaces.begin()).frame == CoordFrame::head) {
            to_model = Transform{};
            to_model.from = to_model.to = CoordFrame::head;
        }
        field = prepared_lead_field(bem, to_model, sensors);
    }
    const Fitter fitter(std::move(field), std::move(white.matrix), boundary_of(conductor, head_to_mri, sensors), least,
                        options.tol);

    DipoleCourse& dipole = out.dipole;
    dipole.times = times;
    dipole.pos = Array<double, 2>({n_times, 3});
    dipole.ori = Array<double, 2>({n_times, 3});
    dipole.amplitude.assign(static_cast<std::size_t>(n_times), 0.0);
    dipole.gof.assign(static_cast<std::size_t>(n_times), 0.0);
    const bool searched = !given.place;
    const char* const limits[6] = {"vol", "depth", "long", "trans", "qlong", "qtrans"};
    if (searched) {
        dipole.khi2.emplace(static_cast<std::size_t>(n_times));
        dipole.nfree.emplace(static_cast<std::size_t>(n_times));
        for (const char* name : limits) {
            dipole.conf[name].assign(static_cast<std::size_t>(n_times), 0.0);
        }
    } else {
        const double depth = fitter.boundary().depth(*given.place).distance - least;
        require(depth > 0, "pos lies ", std::round(-1e4 * depth) / 10,
                " mm beyond the least distance (min_dist) inside of the inner skull");
    }
    Array<double, 2> left = raw;
    Progress progress("Fitting dipoles", n_times);
    for (index begin = 0; begin < n_times; begin += times_at_once) {
        const index count = std::min(times_at_once, n_times - begin);
        const View<const double, 2> now = samples.view().slice(0, begin, begin + count);
        std::vector<Point> places(static_cast<std::size_t>(count), given.place.value_or(Point{}));
        if (searched) {
            std::vector<Search> searches = fitter.begun(now);
            fitter.follow(searches, now);
            std::vector<Search> best(static_cast<std::size_t>(count));
            for (const Search& search : searches) {
                Search& of_time = best[static_cast<std::size_t>(search.time)];
                of_time = search.cost < of_time.cost ? search : of_time;
            }
            for (index round = 0; round < rounds; ++round) {
                fitter.look_around(best, now);
                fitter.follow(best, now);
            }
            for (const Search& search : best) {
                places[static_cast<std::size_t>(search.time)] = search.place;
            }
        }
        Array<double, 2> at({searched ? count : 1, 3});
        for (index t = 0; t < at.extent(0); ++t) {
            std::ranges::copy(places[static_cast<std::size_t>(t)], at.view().row(t).begin());
        }
        const Array<double, 2> fields = fitter.fields(at), whitened = fitter.whitened(fields);
        parallel_for(count, [&](index k) {
            const index t = begin + k, first = searched ? 3 * k : 0;
            const auto of_time = static_cast<std::size_t>(t);
            const std::span<const double> sample = now.row(k);
            double power = 0;
            for (const double x : sample) {
                power += x * x;
            }
            if (power == 0) {
                warn("no field is measured at " + formatted("%g", times[of_time]) + " s: no dipole is fitted there");
                return;
            }
            Subspace of = subspace(whitened, first);
            Point moment{};
            double explained = 0;
            if (given.orientation) {
                double size = 0, along = 0;
                for (index c = 0; c < rank; ++c) {
                    const double* g = &whitened(c, first);
                    const double field_of = dot(Point{g[0], g[1], g[2]}, *given.orientation);
                    size += field_of * field_of;
                    along += field_of * sample[static_cast<std::size_t>(c)];
                }
                explained = along * along / size;
                moment = scaled(*given.orientation, along / size);
                dipole.amplitude[of_time] = along / size;
                std::ranges::copy(*given.orientation, dipole.ori.view().row(t).begin());
            } else {
                const auto sizes = coefficients(of, whitened, first, sample);
                for (std::size_t d = 0; d < static_cast<std::size_t>(of.count); ++d) {
                    explained += sizes[d] * sizes[d];
                    for (std::size_t i = 0; i < 3 && of.sizes[d] > 0; ++i) {
                        moment[i] += of.turn[i][d] * sizes[d] / of.sizes[d];
                    }
                }
                dipole.amplitude[of_time] = norm(moment);
                const Point ori = norm(moment) > 0 ? scaled(moment, 1 / norm(moment)) : moment;
                std::ranges::copy(ori, dipole.ori.view().row(t).begin());
            }
            const Point& place = places[static_cast<std::size_t>(k)];
            std::ranges::copy(place, dipole.pos.view().row(t).begin());
            dipole.gof[of_time] = 100 * explained / power;
            for (index c = 0; c < n; ++c) {
                const double* g = &fields(c, first);
                left(c, t) -= g[0] * moment[0] + g[1] * moment[1] + g[2] * moment[2];
            }
            if (searched) {
                (*dipole.khi2)[of_time] = power - explained;
                (*dipole.nfree)[of_time] = static_cast<double>(rank - of.count);
                const auto found =
                    confidence(fitter, place, moment, Point{dipole.ori(t, 0), dipole.ori(t, 1), dipole.ori(t, 2)});
                for (std::size_t l = 0; l < 6; ++l) {
                    dipole.conf.at(limits[l])[of_time] = found[l];
                }
            }
            check_interrupt();
        });
        progress.advance(count);
    }
    Info in_order = info;
    pick_channels(in_order, out.picks);
    out.residual = numerics::matmul(projector(in_order).matrix.view(), left.view());
    log(LogLevel::info, text_of(n_times) + (n_times == 1 ? " time fitted" : " times fitted"));
    return out;
}

}  // namespace ranvier::meeg
