#include "ranvier/numerics/iir_order.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/error.hpp"
#include "ranvier/numerics/iir_prototypes.hpp"
#include "ranvier/numerics/minimum.hpp"

namespace ranvier::numerics {

namespace {

/// Losses as 10^(dB/10).
struct Losses {
    double pass, stop;
};

/// Where the stop-band of the low-pass prototype begins, whose pass-band ends at 1.
double prototype_edge(std::span<const double> pass, std::span<const double> stop, BandType type) {
    double edge = std::numeric_limits<double>::infinity();
    for (const double s : stop) {
        double x = 0;
        switch (type) {
            case BandType::lowpass: x = s / pass[0]; break;
            case BandType::highpass: x = pass[0] / s; break;
            case BandType::bandpass: x = (s * s - pass[0] * pass[1]) / (s * (pass[0] - pass[1])); break;
            case BandType::bandstop: x = s * (pass[0] - pass[1]) / (s * s - pass[0] * pass[1]); break;
        }
        edge = std::min(edge, std::abs(x));
    }
    return edge;
}

/// The order as a real number.
double order_of(IirFamily family, const Losses& losses, double edge) {
    const double ratio = (losses.stop - 1) / (losses.pass - 1);
    if (family == IirFamily::butterworth) {
        return std::log10(ratio) / (2 * std::log10(edge));
    }
    if (family != IirFamily::elliptic) {
        return std::acosh(std::sqrt(ratio)) / std::acosh(edge);
    }
    const Real k = 1 / static_cast<Real>(edge), k1 = std::sqrt(1 / static_cast<Real>(ratio));
    return static_cast<double>(complete_integral(std::sqrt(1 - k * k)) * complete_integral(k1) /
                               (complete_integral(k) * complete_integral(std::sqrt(1 - k1 * k1))));
}

/// The edges that design() takes, where it takes others than those of the pass-band.
std::vector<double> natural_edges(const IirDemand& demand, const Losses& losses, int order,
                                  const std::vector<double>& pass, BandType type) {
    const double n = order, width = pass.back() - pass.front();
    double scale = 1;  // of the prototype's edge
    if (demand.family == IirFamily::butterworth) {
        scale = std::pow(losses.pass - 1, -1 / (2 * n));
    } else if (demand.family == IirFamily::chebyshev2) {
        scale = std::cosh(std::acosh(std::sqrt((losses.stop - 1) / (losses.pass - 1))) / n);
    } else {
        return pass;
    }
    if (type == BandType::lowpass) {
        return {scale * pass[0]};
    }
    if (type == BandType::highpass) {
        return {pass[0] / scale};
    }
    const double half = 0.5 * width * (type == BandType::bandpass ? scale : 1 / scale), product = pass[0] * pass[1];
    const double root = std::sqrt(half * half + product);
    return {root - half, root + half};
}

}  // namespace

IirOrder iir_order(const IirDemand& demand, std::span<const double> pass, std::span<const double> stop, double sfreq) {
    require(demand.family != IirFamily::bessel,
            "iir_order: no rule gives the order of a Bessel filter; give the order itself");
    require(demand.pass_loss > 0 && demand.stop_loss > demand.pass_loss && demand.stop_loss <= 1000,
            "iir_order: losses must be 0 < pass < stop <= 1000 dB; got ", demand.pass_loss, " and ", demand.stop_loss);
    require(pass.size() == stop.size() && (pass.size() == 1 || pass.size() == 2),
            "iir_order: pass- and stop-band must have one edge each, or two each; got ", pass.size(), " and ",
            stop.size());
    for (const auto edges : {pass, stop}) {
        for (const double edge : edges) {
            require(edge > 0 && edge < sfreq / 2, "iir_order: edges must lie between 0 and ", sfreq / 2, " Hz; got ",
                    edge);
        }
    }
    IirOrder out;
    const bool below = pass.front() < stop.front();
    if (pass.size() == 1) {
        require(pass[0] != stop[0], "iir_order: pass- and stop-band must not have one edge; got ", pass[0],
                " Hz of both");
        out.type = below ? BandType::lowpass : BandType::highpass;
    } else {
        require(below ? stop[0] < stop[1] && stop[1] < pass[1]
                      : stop[0] < pass[0] && pass[0] < pass[1] && pass[1] < stop[1],
                "iir_order: of the bands ", pass[0], " to ", pass[1], " Hz and ", stop[0], " to ", stop[1],
                " Hz one must lie inside the other");
        out.type = below ? BandType::bandstop : BandType::bandpass;
    }
    const auto warped = [&](std::span<const double> edges) {
        std::vector<double> values;
        for (const double edge : edges) {
            values.push_back(std::tan(std::numbers::pi * (edge / (sfreq / 2)) / 2));
        }
        return values;
    };
    std::vector<double> inner = warped(pass);
    const std::vector<double> outer = warped(stop);
    const Losses losses{std::pow(10, 0.1 * demand.pass_loss), std::pow(10, 0.1 * demand.stop_loss)};
    if (out.type ==
        BandType::bandstop) {  // a wider stop-band may need no higher order; each edge for itself, as in SciPy
        const std::vector<double> given = inner;
        for (const std::size_t side : {0u, 1u}) {
            const auto order = [&](double edge) {
                std::vector<double> tried = given;
                tried[side] = edge;
                return order_of(demand.family, losses, prototype_edge(tried, outer, out.type));
            };
            inner[side] = side == 0 ? bounded_minimum(order, given[0], outer[0] - 1e-12)
                                    : bounded_minimum(order, outer[1] + 1e-12, given[1]);
        }
    }
    const double order = std::ceil(order_of(demand.family, losses, prototype_edge(inner, outer, out.type)));
    require(order <= 100, "iir_order: the demand needs a filter of order ", order, ", above 100: widen the transition");
    out.design = {demand.family, std::max(1, static_cast<int>(order)), demand.pass_loss, demand.stop_loss};
    for (const double edge : natural_edges(demand, losses, out.design.order, inner, out.type)) {
        out.edges.push_back(std::atan(edge) * 2 / std::numbers::pi * (sfreq / 2));
    }
    return out;
}

}  // namespace ranvier::numerics
