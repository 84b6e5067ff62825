#include "ranvier/meeg/inverse/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/special.hpp"

namespace ranvier::meeg {

namespace {

constexpr index sources_a_block = 64;

const PreparedInverse& preparation(const InverseOperator& inverse) {
    require(inverse.prepared.has_value(),
            "prepared=True needs an inverse operator that prepare_inverse_operator() has made ready");
    return *inverse.prepared;
}

/// Whether columns lie along x, y, z.
bool along_axes(const Array<double, 2>& directions) {
    for (index row = 0; row < directions.extent(0); ++row) {
        for (index c = 0; c < 3; ++c) {
            const double axis = row % 3 == c ? 1 : 0;
            if (!(std::abs(directions(row, c) - axis) <= 1e-6 + 1e-5 * axis)) {
                return false;
            }
        }
    }
    return true;
}

bool surfaces(const SourceSpaces& sources) {
    return std::ranges::all_of(sources.spaces, [](const SourceSpace& s) { return s.kind == SourceSpaceKind::surface; });
}

/// Normals of all sources, shape (sources, 3).
Array<double, 2> all_normals(const SourceSpaces& sources, index n, bool use_cps) {
    Array<double, 2> out({n, 3});
    double* to = out.data();
    for (const SourceSpace& space : sources.spaces) {
        const Array<double, 2> normals = used_normals(space, use_cps);
        to = std::copy_n(normals.data(), normals.size(), to);
    }
    return out;
}

/// sing / (sing² + λ²) · fields · whitener · projector: from channels to what leads are weighted by.
Array<double, 2> sensor_side(const InverseOperator& inverse) {
    const PreparedInverse& p = preparation(inverse);
    Array<double, 2> out = numerics::matmul(inverse.fields, numerics::matmul(p.whitener, p.projector));
    for (index k = 0; k < out.extent(0); ++k) {
        for (double& x : out.view().row(k)) {
            x *= p.regularised[static_cast<std::size_t>(k)];
        }
    }
    return out;
}

}  // namespace

InverseKernel inverse_kernel(const InverseOperator& inverse, const KernelOptions& options) {
    const PreparedInverse& prepared = preparation(inverse);
    const bool normalised = options.method == InverseMethod::dspm || options.method == InverseMethod::sloreta;
    require(!normalised || !prepared.noise_norm.empty(),
            "this inverse operator was not prepared for a method with noise normalisation: call "
            "prepare_inverse_operator() with the method that is applied");
    const index per = inverse.free() ? 3 : 1, n_all = inverse.n_sources();
    std::vector<index> sources(static_cast<std::size_t>(n_all));
    std::iota(sources.begin(), sources.end(), 0);
    if (options.sources) {
        sources = *options.sources;
        for (const index s : sources) {
            require(s >= 0 && s < n_all, "a source must be among the ", n_all, " of the inverse operator; got ", s);
        }
    }
    const bool normal = options.pick == PickedDirection::normal;
    require(!normal || inverse.free(),
            "pick_ori=\"normal\" chooses among three directions; this inverse operator has one for each source");
    require(!normal || inverse.orient_prior.empty() || inverse.orient_prior.front() > 0,
            "pick_ori=\"normal\" needs directions that are loose or free; this inverse operator fixes them");

    // Where leads lie along x, y, z, normals are a sum of three; elsewhere the third one is along them.
    const bool turns = normal && surfaces(*inverse.sources) && along_axes(inverse.source_nn);
    const Array<double, 2> normals = turns ? all_normals(*inverse.sources, n_all, options.use_cps) : Array<double, 2>();
    InverseKernel out;
    out.rows_a_source = normal ? 1 : per;
    out.combines = inverse.free() && options.pick == PickedDirection::combined;
    const index n = std::ssize(sources), rows = n * out.rows_a_source, columns = inverse.leads->extent(1);
    const Array<double, 2> right = sensor_side(inverse);
    index used = columns;  // beyond the rank nothing is added
    while (used > 0 && prepared.regularised[static_cast<std::size_t>(used - 1)] == 0) {
        --used;
    }
    out.kernel = Array<double, 2>({rows, right.extent(1)});
    out.directions = Array<double, 2>({n * per, 3});
    const bool folds = !inverse.leads_weighted;
    parallel_for((n + sources_a_block - 1) / sources_a_block, [&](index b) {
        const index first = b * sources_a_block, count = std::min(sources_a_block, n - first);
        Array<double, 2> left({count * out.rows_a_source, used});
        for (index k = 0; k < count; ++k) {
            const index s = sources[static_cast<std::size_t>(first + k)];
            for (index a = 0; a < out.rows_a_source; ++a) {
                double* to = left.data() + (k * out.rows_a_source + a) * used;
                if (turns) {
                    for (index c = 0; c < 3; ++c) {
                        const double* lead = inverse.leads->data() + (3 * s + c) * columns;
                        const double w =
                            normals(s, c) *
                            (folds ? std::sqrt(inverse.source_cov[static_cast<std::size_t>(3 * s + 2)]) : 1);
                        for (index j = 0; j < used; ++j) {
                            to[j] += w * lead[j];
                        }
                    }
                } else {
                    const index row = normal ? 3 * s + 2 : per * s + a;
                    const double* lead = inverse.leads->data() + row * columns;
                    const double w = folds ? std::sqrt(inverse.source_cov[static_cast<std::size_t>(row)]) : 1;
                    for (index j = 0; j < used; ++j) {
                        to[j] = w * lead[j];
                    }
                }
            }
            for (index a = 0; a < per; ++a) {
                for (index c = 0; c < 3; ++c) {
                    out.directions(per * (first + k) + a, c) = inverse.source_nn(per * s + a, c);
                }
            }
        }
        numerics::gemm(false, false, left.extent(0), right.extent(1), used, 1.0, left.data(), used, right.data(),
                       right.extent(1), 0.0, out.kernel.data() + first * out.rows_a_source * right.extent(1),
                       right.extent(1));
    });
    if (turns) {
        for (index k = 0; k < n; ++k) {
            const index s = sources[static_cast<std::size_t>(k)];
            const auto axes = frame_of_normal({normals(s, 0), normals(s, 1), normals(s, 2)});
            for (index a = 0; a < 3; ++a) {
                std::ranges::copy(axes[static_cast<std::size_t>(a)], out.directions.view().row(3 * k + a).begin());
            }
        }
    }
    if (normalised) {
        for (const index s : sources) {
            out.norm.push_back(prepared.noise_norm[static_cast<std::size_t>(s)]);
        }
    }
    return out;
}

void fold_norm(InverseKernel& kernel) {
    require(kernel.linear(), "norms of combined directions come after they are combined");
    for (index row = 0; row < kernel.kernel.extent(0) && !kernel.norm.empty(); ++row) {
        for (double& x : kernel.kernel.view().row(row)) {
            x *= kernel.norm[static_cast<std::size_t>(row / kernel.rows_a_source)];
        }
    }
    kernel.norm.clear();
}

void turn_to_axes(InverseKernel& kernel) {
    const index per = kernel.rows_a_source, n = kernel.n_sources(), channels = kernel.kernel.extent(1);
    require(!kernel.combines, "combined directions have no axes");
    require(kernel.directions.extent(0) == n * per, "rows along normals alone have no three directions");
    Array<double, 2> turned({3 * n, channels}), axes({3 * n, 3});
    parallel_for(n, [&](index s) {
        for (index c = 0; c < 3; ++c) {
            axes(3 * s + c, c) = 1;
            double* to = turned.data() + (3 * s + c) * channels;
            for (index a = 0; a < per; ++a) {
                const double w = kernel.directions(per * s + a, c);
                const double* from = kernel.kernel.data() + (per * s + a) * channels;
                for (index k = 0; k < channels; ++k) {
                    to[k] += w * from[k];
                }
            }
        }
    });
    kernel.kernel = std::move(turned);
    kernel.directions = std::move(axes);
    kernel.rows_a_source = 3;
}

Array<double, 2> applied(const InverseKernel& kernel, View<const double, 2> samples) {
    const index per = kernel.rows_a_source, n = kernel.n_sources(), times = samples.extent(1);
    const index channels = kernel.kernel.extent(1);
    require(samples.extent(0) == channels, "samples must be of the ", channels,
            " channels of the inverse operator; got ", samples.extent(0));
    require(samples.stride(1) == 1 || times <= 1, "samples of a channel must lie side by side");
    const index out_per = kernel.combines ? 1 : per;
    Array<double, 2> out({n * out_per, times});
    if (times == 0) {
        return out;
    }
    parallel_for((n + sources_a_block - 1) / sources_a_block, [&](index b) {
        const index first = b * sources_a_block, count = std::min(sources_a_block, n - first);
        Array<double, 2> three(kernel.combines ? Array<double, 2>::Extents{count * per, times}
                                               : Array<double, 2>::Extents{0, 0});
        double* goal = kernel.combines ? three.data() : out.data() + first * per * times;
        numerics::gemm(false, false, count * per, times, channels, 1.0, kernel.kernel.data() + first * per * channels,
                       channels, samples.data(), samples.stride(0), 0.0, goal, times);
        for (index k = 0; k < count; ++k) {
            const double norm = kernel.norm.empty() ? 1 : kernel.norm[static_cast<std::size_t>(first + k)];
            if (kernel.combines) {
                const double *x = three.data() + 3 * k * times, *y = x + times, *z = y + times;
                double* to = out.data() + (first + k) * times;
                for (index t = 0; t < times; ++t) {
                    to[t] = norm * std::sqrt(x[t] * x[t] + y[t] * y[t] + z[t] * z[t]);
                }
            } else if (!kernel.norm.empty()) {
                double* to = out.data() + (first + k) * per * times;
                for (index t = 0; t < per * times; ++t) {
                    to[t] *= norm;
                }
            }
        }
    });
    return out;
}

std::vector<double> source_power(const InverseKernel& kernel, View<const double, 2> covariance) {
    const index per = kernel.rows_a_source, n = kernel.n_sources(), channels = kernel.kernel.extent(1);
    const Array<double, 2> seen = numerics::matmul(kernel.kernel, covariance);
    std::vector<double> rows(static_cast<std::size_t>(n * per));
    for (index row = 0; row < n * per; ++row) {
        const double norm = kernel.norm.empty() ? 1 : kernel.norm[static_cast<std::size_t>(row / per)];
        double sum = 0;
        for (index c = 0; c < channels; ++c) {
            sum += kernel.kernel(row, c) * seen(row, c);
        }
        rows[static_cast<std::size_t>(row)] = sum * norm * norm;
    }
    if (!kernel.combines) {
        return rows;
    }
    std::vector<double> out(static_cast<std::size_t>(n));
    for (std::size_t s = 0; s < out.size(); ++s) {
        out[s] = rows[3 * s] + rows[3 * s + 1] + rows[3 * s + 2];
    }
    return out;
}

Explained explained(const InverseOperator& inverse, View<const double, 2> samples) {
    const PreparedInverse& p = preparation(inverse);
    const Array<double, 2> whitening = numerics::matmul(p.whitener, p.projector);
    const Array<double, 2> white = numerics::matmul(whitening, samples);
    Array<double, 2> parts = numerics::matmul(inverse.fields, white);
    for (index k = 0; k < parts.extent(0); ++k) {
        const double share = inverse.sing[static_cast<std::size_t>(k)] * p.regularised[static_cast<std::size_t>(k)];
        for (double& x : parts.view().row(k)) {
            x *= share;
        }
    }
    Explained out;
    out.samples =
        numerics::matmul(p.colorer, numerics::matmul(Array<double, 2>(inverse.fields.view().transposed()), parts));
    const Array<double, 2> found = numerics::matmul(whitening, out.samples);
    double left = 0, all = 0;
    for (index k = 0; k < white.size(); ++k) {
        left += (white.data()[k] - found.data()[k]) * (white.data()[k] - found.data()[k]);
        all += white.data()[k] * white.data()[k];
    }
    out.share = 1 - left / all;
    return out;
}

SnrEstimate estimate_snr(const InverseOperator& inverse, View<const double, 2> samples) {
    const PreparedInverse& p = preparation(inverse);
    const Array<double, 2> white = numerics::matmul(numerics::matmul(p.whitener, p.projector), samples);
    const Array<double, 2> parts = numerics::matmul(inverse.fields, white);
    const index times = samples.extent(1);
    const auto rank = static_cast<double>(rank_of(inverse));
    const double chi2_limit = numerics::chi_squared_limit(1e-3, rank);  // noise exceeds it once in 1,000 times
    SnrEstimate out;
    for (index t = 0; t < times; ++t) {
        double power = 0;
        for (index c = 0; c < white.extent(0); ++c) {
            power += white(c, t) * white(c, t);
        }
        const double snr = power / rank;
        out.by_power.push_back(std::sqrt(snr));
        if (snr <= 1) {
            out.by_regularisation.push_back(0);
            continue;
        }
        // Down from a strong regularisation in steps of 1 %, as MNE does: the answer lies on its grid.
        double lambda2 = 10;
        bool found = false;
        for (int step = 0; step < 1000 && !found; ++step) {
            double unexplained = 0;
            for (index k = 0; k < parts.extent(0); ++k) {
                const double s2 = inverse.sing[static_cast<std::size_t>(k)] * inverse.sing[static_cast<std::size_t>(k)];
                const double left = parts(k, t) * (s2 > 0 ? lambda2 / (s2 + lambda2) : 1);
                unexplained += left * left;
            }
            found = unexplained < chi2_limit;
            lambda2 *= found ? 1 : 0.99;
        }
        out.converged = out.converged && found;
        out.by_regularisation.push_back(1 / std::sqrt(lambda2));
    }
    return out;
}

}  // namespace ranvier::meeg
