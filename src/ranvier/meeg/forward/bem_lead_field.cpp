#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/meeg/forward/collocation.hpp"
#include "ranvier/meeg/forward/lead_field.hpp"
#include "ranvier/meeg/forward/lead_field_parts.hpp"
#include "ranvier/meeg/kernels/conductors.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/products.hpp"

namespace ranvier::meeg {

namespace {

constexpr index source_block = 64;   // sources that are computed at once
constexpr index point_block = 256;   // points of surfaces that are summed at once
constexpr double deepest = 0.02;     // [m], of an electrode inside of the head

Point row(View<const double, 2> points, index k) { return {points(k, 0), points(k, 1), points(k, 2)}; }

/// All points of the surfaces, as rows of x, y, z that are padded by points far away.
struct Points {
    explicit Points(const BemModel& model) {
        std::vector<Point> all;
        for (const Surface& surface : model.surfaces) {
            for (index k = 0; k < surface.n_points(); ++k) {
                all.push_back(row(surface.points, k));
            }
        }
        n = std::ssize(all);
        padded = (n + conductor_lanes - 1) / conductor_lanes * conductor_lanes;
        places = Array<double, 2>({3, padded});
        for (index i = 0; i < padded; ++i) {
            for (index k = 0; k < 3; ++k) {
                places(k, i) = i < n ? all[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)] : 1e3;
            }
        }
    }
    index n = 0, padded = 0;
    Array<double, 2> places;
};

/// From potentials on the surfaces to the field along each coil: shape (coils, points).
Array<double, 2> field_coefficients(const BemModel& model, const Points& points, const CoilSet& coils) {
    const BemMultipliers factors = multipliers(model);
    Array<double, 2> areas({points.n, 3});  // weighted by the step of conductivity
    index first = 0;
    for (std::size_t s = 0; s < model.surfaces.size(); ++s) {
        const Array<double, 2> own = vertex_areas(model.surfaces[s]);
        for (index i = 0; i < own.extent(0); ++i) {
            for (index k = 0; k < 3; ++k) {
                areas(first + i, k) = own(i, k) * factors.field[s] / -3;
            }
        }
        first += own.extent(0);
    }
    const ConductorKernels& kernels = chosen_conductor_kernels();
    Array<double, 2> out({coils.size(), points.n});
    parallel_for(coils.size(), [&](index c) {
        std::vector<double> spots;
        const auto begin = static_cast<std::size_t>(coils.first[static_cast<std::size_t>(c)]);
        const auto end = static_cast<std::size_t>(coils.first[static_cast<std::size_t>(c) + 1]);
        for (std::size_t p = begin; p < end; ++p) {
            spots.insert(spots.end(), coils.places[p].begin(), coils.places[p].end());
            spots.insert(spots.end(), coils.normals[p].begin(), coils.normals[p].end());
        }
        Array<double, 2> sums({3, points.padded});
        kernels.cross_sums(points.padded, points.places.data(), points.padded, static_cast<index>(end - begin),
                           spots.data(), sums.data());
        for (index i = 0; i < points.n; ++i) {
            out(c, i) = areas(i, 0) * sums(0, i) + areas(i, 1) * sums(1, i) + areas(i, 2) * sums(2, i);
        }
        check_interrupt();
    });
    return out;
}

/// What the infinite potentials at the points of the surfaces give each coil (over μ₀/4π) and electrode, shape
/// (coils and electrodes, points, padded by zeros).
Array<double, 2> sensor_solution(const BemModel& model, const Points& points, const CoilSet& coils,
                                 const ElectrodeSet& electrodes) {
    const index n = points.n, n_coils = coils.size();
    Array<double, 2> out({n_coils + electrodes.size(), points.padded});
    if (n_coils > 0) {
        const Array<double, 2> coefficients = field_coefficients(model, points, coils);
        constexpr index columns = 512;
        parallel_for((n + columns - 1) / columns, [&](index b) {
            const index first = b * columns, count = std::min(columns, n - first);
            numerics::gemm(false, false, n_coils, count, n, 1, coefficients.data(), n, model.solution.data() + first, n,
                           0, out.data() + first, points.padded);
        });
    }
    if (electrodes.size() > 0) {
        const Surface& scalp = *model.surfaces.begin();
        const View<const double, 2> places(electrodes.places.front().data(), {std::ssize(electrodes.places), 3});
        const std::vector<SurfacePlace> on = places_on(scalp, places);
        for (index e = 0; e < electrodes.size(); ++e) {
            for (index p = electrodes.first[static_cast<std::size_t>(e)];
                 p < electrodes.first[static_cast<std::size_t>(e) + 1]; ++p) {
                const SurfacePlace& place = on[static_cast<std::size_t>(p)];
                require(place.distance > -deepest, [&] {
                    return "electrode " + text_of(e) + " lies " + text_of(std::round(-1000 * place.distance)) +
                           " mm inside of the head; its place or the transform (trans) must be wrong";
                });
                for (std::size_t c = 0; c < 3; ++c) {
                    const double weight = electrodes.weights[static_cast<std::size_t>(p)] * place.weights[c];
                    const double* from = model.solution.data() + scalp.triangles(place.triangle, c) * n;
                    double* to = out.data() + (n_coils + e) * points.padded;
                    for (index i = 0; i < n; ++i) {
                        to[i] += weight * from[i];
                    }
                }
            }
        }
    }
    const BemMultipliers factors = multipliers(model);
    index first = 0;
    for (std::size_t s = 0; s < model.surfaces.size(); ++s) {
        const index count = model.surfaces[s].n_points();
        for (index r = 0; r < out.extent(0); ++r) {
            for (index i = first; i < first + count; ++i) {
                out(r, i) *= factors.source[s] / (4 * std::numbers::pi);
            }
        }
        first += count;
    }
    return out;
}

/// Points moved by a transform.
std::vector<Point> moved(const std::vector<Point>& points, const Transform& transform) {
    std::vector<Point> out;
    for (const Point& point : points) {
        out.push_back(applied(transform, point));
    }
    return out;
}

/// Columns for dipoles along the axes of the model become those along the head's.
void turn_back(double* columns, index count, const Transform& head_to_model) {
    for (index i = 0; i < count; ++i) {
        double* at = columns + 3 * i;
        const Point own{at[0], at[1], at[2]};
        for (std::size_t k = 0; k < 3; ++k) {
            at[k] = own[0] * (*head_to_model.matrix)[0][k] + own[1] * (*head_to_model.matrix)[1][k] +
                    own[2] * (*head_to_model.matrix)[2][k];
        }
    }
}

/// What a lead field of a solved model keeps.
class BemLeadField {
public:
    BemLeadField(const BemModel& model, Transform head_to_model, ForwardSensors sensors)
        : sensors_(std::move(sensors)), head_to_model_(std::move(head_to_model)), points_(checked(model)) {
        require(model.solution.extent(0) == points_.n && model.solution.extent(1) == points_.n,
                "the solution of the boundary-element model is of other surfaces than it has");
        ElectrodeSet electrodes = sensors_.electrodes;
        electrodes.places = moved(electrodes.places, head_to_model_);
        Array<double, 2> solution = sensor_solution(model, points_, moved(sensors_.coils, head_to_model_), electrodes);
        rows_ = solution.extent(0);
        for (index c = 0; c < sensors_.coils.size(); ++c) {
            for (double& value : solution.view().row(c)) {
                value *= 1e-7;
            }
        }
        for (std::size_t p = 0; p < sensors_.coils.places.size(); ++p) {
            spots_.insert(spots_.end(), sensors_.coils.places[p].begin(), sensors_.coils.places[p].end());
            spots_.insert(spots_.end(), sensors_.coils.normals[p].begin(), sensors_.coils.normals[p].end());
        }
        for (index begin = 0; begin < points_.padded; begin += point_block) {
            parts_.emplace_back(solution.view().slice(1, begin, std::min(begin + point_block, points_.padded)));
        }
    }

    Array<double, 2> of(View<const double, 2> sources, Progress* progress) const {
        const ConductorKernels& kernels = chosen_conductor_kernels();
        const index n = sources.extent(0), n_coils = sensors_.coils.size();
        Array<double, 2> gain({rows_, 3 * n});
        parallel_for(blocks(n), [&](index b) {
            const index first = b * source_block, count = std::min(source_block, n - first);
            double* out = gain.data() + 3 * first;
            // Currents outside of the dipoles.
            Array<double, 2> potentials({3 * source_block, point_block});
            for (index begin = 0; begin < points_.padded; begin += point_block) {
                const index some = std::min(point_block, points_.padded - begin);
                for (index i = 0; i < count; ++i) {
                    const Point source = applied(head_to_model_, row(sources, first + i));
                    kernels.potential(some, points_.places.data() + begin, points_.padded, source.data(),
                                      potentials.data() + 3 * i * point_block, point_block);
                }
                numerics::SamplePanels panels(some, 3 * count);
                panels.take_transposed(potentials.view().slice(0, 0, 3 * count).slice(1, 0, some));
                numerics::add_product(1, parts_[static_cast<std::size_t>(begin / point_block)], panels,
                                      gain.view().slice(1, 3 * first, 3 * (first + count)));
            }
            for (index r = 0; r < rows_; ++r) {
                turn_back(out + r * 3 * n, count, head_to_model_);
            }
            // The dipoles themselves, in the head's coordinates.
            const Array<double, 2> places = padded_places(sources, first, count, source_block);
            Array<double, 2> sums({3, source_block});
            for (index c = 0; c < n_coils; ++c) {
                const index begin = sensors_.coils.first[static_cast<std::size_t>(c)];
                const index end = sensors_.coils.first[static_cast<std::size_t>(c) + 1];
                kernels.cross_sums(source_block, places.data(), source_block, end - begin, spots_.data() + 6 * begin,
                                   sums.data());
                for (index i = 0; i < count; ++i) {
                    for (index k = 0; k < 3; ++k) {
                        out[c * 3 * n + 3 * i + k] += 1e-7 * sums(k, i);
                    }
                }
            }
            if (progress != nullptr) {
                progress->advance();
            }
        });
        return compensated(std::move(gain), sensors_);
    }
    static index blocks(index n) { return (n + source_block - 1) / source_block; }

private:
    const BemModel& checked(const BemModel& model) const {
        require(model.solved(), "the boundary-element model has no solution yet: use make_bem_solution()");
        require(model.solver == "mne", [&] {
            return "a solution by " + model.solver + " can't be used: solve the surfaces anew with make_bem_solution()";
        });
        require(sensors_.electrodes.size() == 0 || model.surfaces.size() > 1,
                "EEG needs a boundary-element model of three layers; this has one: use meg=True, eeg=False");
        for (const Surface& surface : model.surfaces) {
            require(surface.frame == head_to_model_.to, [&] {
                return "the boundary-element model is in " + text(surface.frame) +
                       " coordinates, but the transform leads to " + text(head_to_model_.to);
            });
        }
        return model;
    }

    ForwardSensors sensors_;
    Transform head_to_model_;
    Points points_;
    index rows_ = 0;
    std::vector<double> spots_;
    std::vector<numerics::PackedMatrix> parts_;
};

}  // namespace

Array<double, 2> lead_field(const BemModel& model, const Transform& head_to_model, const ForwardSensors& sensors,
                            View<const double, 2> sources) {
    const BemLeadField prepared(model, head_to_model, sensors);
    Progress progress("Forward solution", BemLeadField::blocks(sources.extent(0)));
    return prepared.of(sources, &progress);
}

LeadField prepared_lead_field(const BemModel& model, const Transform& head_to_model, const ForwardSensors& sensors) {
    return [prepared = std::make_shared<BemLeadField>(model, head_to_model, sensors)](View<const double, 2> sources) {
        return prepared->of(sources, nullptr);
    };
}

std::vector<SurfacePlace> places_on(const Surface& surface, View<const double, 2> points) {
    std::vector<SurfacePlace> out(static_cast<std::size_t>(points.extent(0)));
    parallel_for(points.extent(0), [&](index k) {
        SurfacePlace& place = out[static_cast<std::size_t>(k)];
        double nearest = std::numeric_limits<double>::infinity();
        for (index t = 0; t < surface.n_triangles(); ++t) {
            const Point r1 = row(surface.points, surface.triangles(t, 0));
            const Point r12 = minus(row(surface.points, surface.triangles(t, 1)), r1);
            const Point r13 = minus(row(surface.points, surface.triangles(t, 2)), r1);
            const Point d = minus(row(points, k), r1), normal = cross(r12, r13);
            const double a = dot(r12, r12), b = dot(r13, r13), c = dot(r12, r13), size = norm(normal);
            const double determinant = a * b - c * c;
            if (!(determinant > 0)) {
                continue;
            }
            const double v1 = dot(d, r12), v2 = dot(d, r13), height = dot(d, normal) / size;
            const double p = (b * v1 - c * v2) / determinant, q = (a * v2 - c * v1) / determinant;
            double distance = std::abs(height);
            if (!(p >= 0 && q >= 0 && p <= 1 && q <= 1 && p + q < 1)) {
                // Beside the triangle: the nearest of its edges, with half the mixed terms, as in MNE-Python, so that
                // the same triangle is taken where several are about as near.
                const auto to = [&](double p0, double q0) {
                    const double x = p - p0, y = q - q0;
                    return std::sqrt(std::max(0.0, x * x * a + y * y * b + x * y * c + height * height));
                };
                const double t23 = std::clamp(0.5 * ((2 * a - c) * (1 - p) + (2 * b - c) * q) / (a + b - c), 0.0, 1.0);
                distance = std::min({to(std::clamp(p + 0.5 * (q * c) / a, 0.0, 1.0), 0), to(1 - t23, t23),
                                     to(0, std::clamp(q + 0.5 * (p * c) / b, 0.0, 1.0))});
            }
            if (distance < nearest) {
                nearest = distance;
                place = {t, {1 - p - q, p, q}, height};
            }
        }
    });
    return out;
}

}  // namespace ranvier::meeg
