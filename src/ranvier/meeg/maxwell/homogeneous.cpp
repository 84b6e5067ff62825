#include "ranvier/meeg/maxwell/homogeneous.hpp"

#include <cmath>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/multipoles.hpp"

namespace ranvier::meeg {

Fields HfcOptions::fields() {
    using O = HfcOptions;
    return {"compute_proj_hfc",
            {field("order", &O::order, "1: a homogeneous field; 2: with its gradients; 3: with theirs, and so on")
                 .at_least(1)
                 .at_most(40),
             field("accuracy", &O::accuracy, "how finely the coils' areas are sampled")
                 .one_of({"point", "normal", "accurate"})}};
}

namespace {

double squared_length(const Array<double, 2>& a, index column) {
    double sum = 0;
    for (index k = 0; k < a.extent(0); ++k) {
        sum += a(k, column) * a(k, column);
    }
    return sum;
}

}  // namespace

std::vector<Projection> compute_proj_hfc(const Info& info, const std::vector<index>& picks, const HfcOptions& options) {
    check_settings(options);
    check_picks(info, picks);
    require(!picks.empty(), "the environment's field is taken out of MEG; there is no channel");
    std::vector<std::string> names;
    for (const index k : picks) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        const ChannelType type = channel.type();
        require(type == ChannelType::mag || type == ChannelType::grad || type == ChannelType::ref_meg, [&] {
            return "the environment's field is taken out of MEG channels; '" + channel.name + "' is of type '" +
                   std::string(name(type)) + "'";
        });
        names.push_back(channel.name);
    }
    const CoilAccuracy accuracy = options.accuracy == "point"    ? CoilAccuracy::point
                                  : options.accuracy == "normal" ? CoilAccuracy::normal
                                                                 : CoilAccuracy::accurate;
    const Expansion outside{{0, 0, 0}, 0, options.order};
    CoilSet coils = coils_of(info, picks, accuracy);
    const Array<double, 2> basis = multipole_basis(coils, outside);
    // What the points of the coils measure one by one says how much of a coil's sum is rounding.
    coils.first.resize(1);
    for (index k = 1; k <= std::ssize(coils.places); ++k) {
        coils.first.push_back(k);
    }
    const Array<double, 2> by_point = multipole_basis(coils, outside);
    const index n = std::ssize(picks);
    std::vector<Projection> out;
    for (int degree = 1; degree <= options.order; ++degree) {
        for (int m = -degree; m <= degree; ++m) {
            const index column = moment_index(degree, m);
            const double square = squared_length(basis, column);
            require(std::isfinite(square) && square > 1e-24 * squared_length(by_point, column), [&] {
                return "these channels do not measure the environment's field of degree " + text_of(degree) +
                       " and order " + text_of(m) +
                       (degree == 1 ? ": pick magnetometers, or reference sensors, too"
                                    : ": pick more, or lower order");
            });
            Projection projection;
            projection.description = "HFC: l=" + text_of(degree) + " m=" + text_of(m);
            projection.channels = names;
            projection.vectors = Array<double, 2>({1, n});
            for (index k = 0; k < n; ++k) {
                projection.vectors(0, k) = basis(k, column) / std::sqrt(square);
            }
            out.push_back(std::move(projection));
        }
    }
    return out;
}

}  // namespace ranvier::meeg
