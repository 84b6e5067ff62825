#include "ranvier/meeg/inverse/induced_power.hpp"

#include <algorithm>
#include <optional>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/inverse/trial_power.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/wavelet.hpp"
#include "ranvier/numerics/wide_svd.hpp"

namespace ranvier::meeg {

namespace {

constexpr index bytes_of_coefficients = index{48} << 20;  // at a time

std::vector<std::vector<index>> singles(index n) {
    std::vector<std::vector<index>> out(static_cast<std::size_t>(n));
    for (index k = 0; k < n; ++k) {
        out[static_cast<std::size_t>(k)] = {k};
    }
    return out;
}

/// Hands out the coefficients of one frequency, some epochs at a time.
void for_trials(const Array<double, 3>& components, const std::vector<std::vector<std::complex<double>>>& wavelet,
                index times, index decim, FunctionRef<void(View<const std::complex<double>, 3>)> take) {
    const index all = components.extent(0), n = components.extent(1), kept = (components.extent(2) + decim - 1) / decim;
    const index block =
        std::clamp<index>(bytes_of_coefficients / std::max<index>(16 * n * kept, 1), 1, std::max<index>(all, 1));
    Array<std::complex<double>, 4> values({block, n, 1, kept});
    for (index first = 0; first < all; first += block) {
        check_interrupt();
        const index count = std::min(block, all - first);
        numerics::morlet_values(components.view().slice(0, first, first + count), wavelet, decim,
                                values.view().slice(0, 0, count));
        take({values.data(), {count, n, times}, {n * kept, kept, 1}});
    }
}

}  // namespace

ReducedKernel reduced(const InverseKernel& kernel, double least) {
    const index channels = kernel.kernel.extent(1);
    ReducedKernel out;
    const auto keep = [&](const std::vector<double>& s, View<const double, 2> left, View<const double, 2> basis) {
        index n = 0;
        while (n < std::ssize(s) && s[static_cast<std::size_t>(n)] > least * s.front()) {
            ++n;
        }
        out.left = Array<double, 2>(left.slice(1, 0, n));
        out.basis = Array<double, 2>(basis.slice(0, 0, n));
        out.right = out.basis;
        for (index k = 0; k < n; ++k) {
            for (index c = 0; c < channels; ++c) {
                out.right(k, c) *= s[static_cast<std::size_t>(k)];
            }
        }
    };
    if (kernel.kernel.extent(0) >= channels) {
        const numerics::WideSvd parts = numerics::wide_svd(Array<double, 2>(kernel.kernel.view().transposed()));
        keep(parts.s, parts.V, parts.U.view().transposed());
    } else {
        const numerics::Svd parts = numerics::svd(kernel.kernel);
        keep(parts.s, parts.U, parts.Vt);
    }
    return out;
}

Array<double, 3> components_of(View<const double, 3> epochs, const Array<double, 2>& right, index times) {
    Array<double, 3> out({epochs.extent(0), right.extent(0), times});
    const bool dense = epochs.stride(2) == 1 || epochs.extent(2) <= 1;
    require(dense, "epochs must be contiguous along time");
    parallel_for(epochs.extent(0), [&](index e) {
        numerics::gemm(false, false, right.extent(0), epochs.extent(2), right.extent(1), 1.0, right.data(),
                       right.extent(1), &epochs(e, 0, 0), epochs.stride(1), 0.0, &out(e, 0, 0), times);
    });
    return out;
}

index longest_wavelet(double sfreq, const std::vector<double>& freqs, const std::vector<double>& n_cycles) {
    index longest = 0;
    for (const auto& w : numerics::morlet(sfreq, freqs, n_cycles, false)) {
        longest = std::max(longest, std::ssize(w));
    }
    return longest;
}

InducedPower induced_power(const InverseKernel& kernel, View<const double, 3> epochs, double sfreq,
                           const InducedPowerOptions& options, const std::vector<std::vector<index>>& bands,
                           const std::vector<std::vector<index>>& groups, bool locking) {
    check_settings(options);
    require(!options.freqs.empty(), "power of sources needs at least one frequency in freqs");
    for (const double f : options.freqs) {
        require(f <= sfreq / 2, "freqs must be at most the Nyquist frequency ", sfreq / 2, " Hz; got ", f, " Hz");
    }
    require(epochs.extent(0) > 0 && epochs.extent(2) > 0, "power of sources needs at least one epoch with samples");
    require(epochs.extent(1) == kernel.kernel.extent(1), "epochs must have the ", kernel.kernel.extent(1),
            " channels of the inverse; got ", epochs.extent(1));
    require(kernel.n_sources() > 0, "no source is left: the label has none");
    require(!locking || (bands.empty() && groups.empty()),
            "phase locking is of single sources and frequencies, not of averages over labels or bands");
    const bool single = options.n_cycles.size() == 1;
    require(single || options.n_cycles.size() == options.freqs.size(),
            "n_cycles must be one number, or one for each of the ", options.freqs.size(), " frequencies; got ",
            options.n_cycles.size());
    const auto wavelets = numerics::morlet(sfreq, options.freqs, options.n_cycles, options.zero_mean);
    index padded = epochs.extent(2);
    for (const auto& w : wavelets) {
        padded = std::max(padded, std::ssize(w));
    }
    const index decim = options.decim, times = (epochs.extent(2) + decim - 1) / decim;

    const ReducedKernel parts = reduced(kernel, options.pca ? 1e-8 : 0.0);
    const Array<double, 3> components = components_of(epochs, parts.right, padded);
    const index per = kernel.combines ? 3 : 1, n_components = parts.left.extent(1), n_trials = epochs.extent(0);
    const index rows = parts.left.extent(0), sources = kernel.n_sources();
    const auto of_bands = bands.empty() ? singles(std::ssize(options.freqs)) : bands;
    const auto of_groups = groups.empty() ? singles(kernel.combines ? sources : rows) : groups;
    const index sums = std::ssize(of_groups);
    // Each row's weight in the sum that it is in, and the rows of each sum.
    std::vector<std::vector<index>> members(static_cast<std::size_t>(sums));
    std::vector<double> weights(static_cast<std::size_t>(rows));
    for (index g = 0; g < sums; ++g) {
        const auto& group = of_groups[static_cast<std::size_t>(g)];
        for (const index s : group) {
            for (index row = s * per; row < (s + 1) * per; ++row) {
                const double norm =
                    kernel.norm.empty() ? 1 : kernel.norm[static_cast<std::size_t>(row / kernel.rows_a_source)];
                members[static_cast<std::size_t>(g)].push_back(row);
                weights[static_cast<std::size_t>(row)] = norm * norm / static_cast<double>(group.size());
            }
        }
    }
    // Phases are those of the normal.
    Array<double, 2> normals;
    if (locking && per == 3) {
        normals = Array<double, 2>({sources, n_components});
        for (index s = 0; s < sources; ++s) {
            std::ranges::copy(parts.left.view().row(3 * s + 2), normals.view().row(s).begin());
        }
    }
    InducedPower out;
    const index n_bands = std::ssize(of_bands);
    out.power = Array<double, 3>({sums, n_bands, times});
    if (locking) {
        out.locking = Array<double, 3>({sources, n_bands, times});
    }
    const bool both = locking && per == 1;  // powers come with phases then
    for (index b = 0; b < n_bands; ++b) {
        const auto& band = of_bands[static_cast<std::size_t>(b)];
        require(!band.empty(), "a band must hold at least one of the frequencies");
        const double trials = static_cast<double>(n_trials), share = 1 / static_cast<double>(band.size());
        const bool quadratic =
            !both && quadratic_is_shorter(rows, sums, n_components, n_trials * std::ssize(band));
        std::optional<TrialSums> direct, phases;
        std::optional<QuadraticPower> forms;
        if (quadratic) {
            forms.emplace(n_components, times);
        } else {
            direct.emplace(parts.left, times, both);
        }
        if (locking && !both) {
            phases.emplace(normals, times, true);
        }
        for (const index f : band) {
            for_trials(components, {wavelets[static_cast<std::size_t>(f)]}, times, decim,
                       [&](View<const std::complex<double>, 3> z) {
                           const std::vector<double> ones(static_cast<std::size_t>(z.extent(0)), 1.0);
                           for (auto* sum : {direct ? &*direct : nullptr, phases ? &*phases : nullptr}) {
                               if (sum) {
                                   sum->add(z, ones);
                               }
                           }
                           if (forms) {
                               forms->add(z, ones);
                           }
                       });
        }
        const Array<double, 2> power = forms ? forms->power(parts.left, members, weights) : Array<double, 2>();
        parallel_for(sums, [&](index g) {
            double* to = out.power.view()[g].row(b).data();
            for (const index row : members[static_cast<std::size_t>(g)]) {
                if (forms) {
                    break;
                }
                for (index t = 0; t < times; ++t) {
                    to[t] += weights[static_cast<std::size_t>(row)] * direct->power()(row, t);
                }
            }
            for (index t = 0; t < times; ++t) {
                to[t] = (forms ? power(g, t) : to[t]) * (share / trials);
            }
        });
        if (locking) {
            const Array<double, 2> length = (both ? *direct : *phases).locking();
            for (index s = 0; s < sources; ++s) {
                for (index t = 0; t < times; ++t) {
                    out.locking(s, b, t) = length(s, t) / trials;
                }
            }
        }
    }
    return out;
}

}  // namespace ranvier::meeg
