#include "ranvier/meeg/artefacts/regression.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

using Picks = std::vector<index>;

constexpr index block = 4096;  // samples
constexpr const char* in_memory = "regression needs the data in memory: load it first (load_data, or preload=True)";

/// Means over time of rows, shape (rows). Long rows are summed in pieces of a block, so that rounding stays small.
std::vector<double> means_of(View<const double, 2> data, const Picks& rows) {
    std::vector<double> means(rows.size());
    const index n = data.extent(1);
    parallel_for(std::ssize(rows), [&](index k) {
        const double* row = &data(rows[static_cast<std::size_t>(k)], 0);
        double sum = 0;
        for (index begin = 0; begin < n; begin += block) {
            double part = 0;
            for (index t = begin; t < std::min(n, begin + block); ++t) {
                part += row[t];
            }
            sum += part;
        }
        means[static_cast<std::size_t>(k)] = sum / static_cast<double>(n);
    });
    return means;
}

/// Samples [begin, begin + count) of rows, less their means.
Array<double, 2> centred(View<const double, 2> data, const Picks& rows, const std::vector<double>& means, index begin,
                         index count) {
    Array<double, 2> out({std::ssize(rows), count});
    for (index k = 0; k < std::ssize(rows); ++k) {
        const double* from = &data(rows[static_cast<std::size_t>(k)], 0) + begin;
        const auto to = out.view().row(k);
        const double mean = means[static_cast<std::size_t>(k)];
        std::transform(from, from + count, to.begin(), [&](double v) { return v - mean; });
    }
    return out;
}

void check_rows_of(const Info& info, const Picks& picks, const Picks& artefacts) {
    check_picks(info, picks);
    check_picks(info, artefacts, "artefact channels");
    require(!picks.empty() && !artefacts.empty(), "regression needs channels, and channels that hold the artefacts");
}

/// Products of the artefact channels with themselves and with the picks.
struct Products {
    Array<double, 2> own;           ///< shape (artefacts, artefacts)
    Array<double, 2> other;         ///< shape (artefacts, picks)
    std::vector<char> varied = {};  ///< of each artefact channel: whether it did, in a piece of the data
};

void add(Products& to, View<const double, 2> data, const Picks& picks, const Picks& artefacts) {
    const index a = std::ssize(artefacts), p = std::ssize(picks), n = data.extent(1);
    const auto artefact_means = means_of(data, artefacts), pick_means = means_of(data, picks);
    to.varied.resize(artefacts.size());
    parallel_for(a, [&](index k) {
        const auto at = static_cast<std::size_t>(k);
        to.varied[at] = to.varied[at] || varies(data.row(artefacts[at]));
    });
    // Pieces are cut by size and summed in their order.
    constexpr index piece = 32 * block;
    const index pieces = (n + piece - 1) / piece;
    std::vector<Products> parts(static_cast<std::size_t>(pieces));
    parallel_for(pieces, [&](index k) {
        Products& part = parts[static_cast<std::size_t>(k)];
        part = {Array<double, 2>({a, a}), Array<double, 2>({a, p})};
        for (index begin = k * piece; begin < std::min(n, (k + 1) * piece); begin += block) {
            const index count = std::min(block, n - begin);
            const auto x = centred(data, artefacts, artefact_means, begin, count);
            const auto y = centred(data, picks, pick_means, begin, count);
            numerics::gemm(false, true, a, a, count, 1, x.data(), count, x.data(), count, 1, part.own.data(), a);
            numerics::gemm(false, true, a, p, count, 1, x.data(), count, y.data(), count, 1, part.other.data(), p);
        }
    });
    for (const Products& part : parts) {
        std::transform(part.own.data(), part.own.data() + a * a, to.own.data(), to.own.data(), std::plus<>());
        std::transform(part.other.data(), part.other.data() + a * p, to.other.data(), to.other.data(), std::plus<>());
    }
}

/// `each` calls what it is given with every piece of the data, shape (channels, times).
template <class Each>
Array<double, 2> coefficients(const Info& info, const Picks& picks, const Picks& artefacts, Each&& each) {
    check_rows_of(info, picks, artefacts);
    const index a = std::ssize(artefacts), p = std::ssize(picks);
    Products sums{Array<double, 2>({a, a}), Array<double, 2>({a, p})};
    each([&](View<const double, 2> data) { add(sums, data, picks, artefacts); });
    const auto name_of = [&](index channel) { return info.channels[static_cast<std::size_t>(channel)].name; };
    for (index k = 0; k < a; ++k) {
        const std::string name = name_of(artefacts[static_cast<std::size_t>(k)]);
        require(std::isfinite(sums.own(k, k)), "artefact channel '", name,
                "' holds what is no finite number: annotate_nan() finds where; crop, or drop those epochs");
        // What is left of a constant, less its mean, is rounding.
        require(sums.varied[static_cast<std::size_t>(k)] != 0, "artefact channel '", name,
                "' is flat: there is nothing to regress on");
    }
    for (index k = 0; k < p; ++k) {
        require(std::isfinite(sums.other(0, k)), [&] {
            return "channel '" + name_of(picks[static_cast<std::size_t>(k)]) +
                   "' holds what is no finite number: annotate_nan() finds where; mark it as bad or crop";
        });
    }
    try {
        const Array<double, 2> solved = numerics::solve(sums.own, sums.other);
        return Array<double, 2>(solved.view().transposed());
    } catch (const NumericalError&) {
        throw InvalidInput(
            "an artefact channel is a sum of the others, so that their parts can't be told apart: leave one out of "
            "picks_artifact");
    }
}

void subtract(View<double, 2> data, const Picks& picks, const Picks& artefacts, const Array<double, 2>& coefficients) {
    const index a = std::ssize(artefacts), p = std::ssize(picks), n = data.extent(1);
    const auto means = means_of(data, artefacts);
    parallel_for((n + block - 1) / block, [&](index b) {
        const index begin = b * block, count = std::min(block, n - begin);
        const auto x = centred(data, artefacts, means, begin, count);
        for (index k = 0; k < p; ++k) {
            double* to = &data(picks[static_cast<std::size_t>(k)], 0) + begin;
            for (index j = 0; j < a; ++j) {
                const double factor = coefficients(k, j);
                const auto from = x.view().row(j);
                for (index t = 0; t < count; ++t) {
                    to[t] -= factor * from[static_cast<std::size_t>(t)];
                }
            }
        }
    });
}

void check_shape(const Info& info, const Picks& picks, const Picks& artefacts, const Array<double, 2>& coefficients) {
    check_rows_of(info, picks, artefacts);
    require(coefficients.extent(0) == std::ssize(picks) && coefficients.extent(1) == std::ssize(artefacts),
            "coefficients must have shape (", std::ssize(picks), ", ", std::ssize(artefacts), "); got (",
            coefficients.extent(0), ", ", coefficients.extent(1), ")");
}

}  // namespace

Array<double, 2> regression_coefficients(const Raw& raw, const Picks& picks, const Picks& artefacts) {
    require(raw.preloaded, in_memory);
    return coefficients(raw.info, picks, artefacts, [&](const auto& look) { look(raw.data.view()); });
}

Array<double, 2> regression_coefficients(const Epochs& epochs, const Picks& picks, const Picks& artefacts) {
    require(epochs.preloaded, in_memory);
    require(epochs.data.extent(0) > 0, "regression needs an epoch; there is none");
    return coefficients(epochs.info, picks, artefacts, [&](const auto& look) {
        for (index e = 0; e < epochs.data.extent(0); ++e) {
            look(epochs.data.view()[e]);
        }
    });
}

Array<double, 2> regression_coefficients(const Evoked& evoked, const Picks& picks, const Picks& artefacts) {
    return coefficients(evoked.info, picks, artefacts, [&](const auto& look) { look(evoked.data.view()); });
}

void subtract_regression(Raw& raw, const Picks& picks, const Picks& artefacts, const Array<double, 2>& coefficients) {
    require(raw.preloaded, in_memory);
    check_shape(raw.info, picks, artefacts, coefficients);
    subtract(raw.data, picks, artefacts, coefficients);
}

void subtract_regression(Epochs& epochs, const Picks& picks, const Picks& artefacts,
                         const Array<double, 2>& coefficients) {
    require(epochs.preloaded, in_memory);
    check_shape(epochs.info, picks, artefacts, coefficients);
    for (index e = 0; e < epochs.data.extent(0); ++e) {
        subtract(epochs.data.view()[e], picks, artefacts, coefficients);
    }
}

void subtract_regression(Evoked& evoked, const Picks& picks, const Picks& artefacts,
                         const Array<double, 2>& coefficients) {
    check_shape(evoked.info, picks, artefacts, coefficients);
    subtract(evoked.data, picks, artefacts, coefficients);
}

}  // namespace ranvier::meeg
