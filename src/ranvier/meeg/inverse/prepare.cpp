#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/inverse/inverse_operator.hpp"
#include "ranvier/meeg/noise/whitening.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::meeg {

namespace {

std::vector<double> regularised(const InverseOperator& inverse, double lambda2) {
    std::vector<double> out(inverse.sing.size());
    const auto rank = static_cast<std::size_t>(rank_of(inverse));
    for (std::size_t k = 0; k < std::min(rank, out.size()); ++k) {
        const double s = inverse.sing[k];
        out[k] = s > 0 ? s / (s * s + lambda2) : 0;
    }
    return out;
}

/// 1 over the standard deviation that noise alone gives each source.
std::vector<double> noise_norm(const InverseOperator& inverse, const std::vector<double>& weights) {
    const index n = inverse.n_sources(), per = inverse.free() ? 3 : 1;
    std::vector<double> out(static_cast<std::size_t>(n));
    const index block = 256;
    parallel_for((n + block - 1) / block, [&](index b) {
        for (index s = b * block; s < std::min(n, (b + 1) * block); ++s) {
            double power = 0;
            for (index row = s * per; row < (s + 1) * per; ++row) {
                const double* lead = inverse.leads->data() + row * inverse.leads->extent(1);
                double sum = 0;
                for (std::size_t k = 0; k < weights.size(); ++k) {
                    const double x = lead[k] * weights[k];
                    sum += x * x;
                }
                power += inverse.leads_weighted ? sum : inverse.source_cov[static_cast<std::size_t>(row)] * sum;
            }
            out[static_cast<std::size_t>(s)] = 1 / std::sqrt(power);
        }
    });
    return out;
}

}  // namespace

InverseOperator prepare(const InverseOperator& inverse, double nave, double lambda2, InverseMethod method,
                        const EloretaOptions& options) {
    require(nave > 0, "nave, the number of averages, must be > 0; got ", nave);
    require(lambda2 >= 0, "lambda2 must be >= 0, 1 / SNR² as a rule; got ", lambda2);
    InverseOperator out = inverse;
    const double scale = inverse.nave / nave;
    for (double& x : std::span(out.noise_cov.data.data(), static_cast<std::size_t>(out.noise_cov.data.size()))) {
        x *= scale;
    }
    if (out.noise_cov.diagonal) {
        const index n = std::ssize(out.names);
        out.noise_cov.eig.assign(inverse.noise_cov.data.data(), inverse.noise_cov.data.data() + n);
        out.noise_cov.eigvec = Array<double, 2>({n, n});
        for (index k = 0; k < n; ++k) {
            out.noise_cov.eigvec(k, k) = 1;
        }
    }
    for (double& x : out.noise_cov.eig) {
        x *= scale;
    }
    for (double& x : out.source_cov) {
        x *= scale;
    }
    if (out.leads_weighted && scale != 1) {
        out.leads = std::make_shared<Array<double, 2>>(*inverse.leads);
        for (double& x : std::span(out.leads->data(), static_cast<std::size_t>(out.leads->size()))) {
            x *= std::sqrt(scale);
        }
    }
    out.nave = nave;
    Info part = inverse.info;
    part.bads.clear();
    part.projections = inverse.projections;
    pick_channels(part, channel_indices(part, inverse.names));
    PreparedInverse made;
    made.projector = projector(part).matrix;
    Whitener white = whitener(out.noise_cov, WhiteSpace::all_components);
    made.whitener = std::move(white.matrix);
    made.colorer = std::move(white.colorer);
    if (method == InverseMethod::eloreta) {
        weigh_by_eloreta(out, lambda2, options);
    }
    made.regularised = regularised(out, lambda2);
    std::vector<double> weights = made.regularised;
    if (method == InverseMethod::sloreta) {
        require(lambda2 > 0, "lambda2 must be > 0 for sLORETA; got ", lambda2);
        for (std::size_t k = 0; k < weights.size(); ++k) {
            weights[k] *= std::sqrt(1 + out.sing[k] * out.sing[k] / lambda2);
        }
    }
    if (method == InverseMethod::dspm || method == InverseMethod::sloreta) {
        made.noise_norm = noise_norm(out, weights);
    }
    out.prepared = std::move(made);
    return out;
}

}  // namespace ranvier::meeg
