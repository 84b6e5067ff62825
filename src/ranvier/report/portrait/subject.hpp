#pragma once

#include <complex>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/compile/ode/system.hpp"
#include "ranvier/dynamics/flow.hpp"
#include "ranvier/report/portrait/portrait.hpp"

namespace ranvier::report {

/// What an eye can't see: this part of an axis.
inline constexpr double drawn = 1e-3;

/// A model, its values and its flow, while a portrait is made.
struct Subject {
    const language::Model& model;
    const std::string preset;
    const std::map<std::string, double> parameters;
    dynamics::Flow flow;
    index varied;  ///< −1: none

    std::vector<double> p_at(double value) const {
        std::vector<double> p = flow.p0;
        if (varied >= 0) {
            p[static_cast<std::size_t>(varied)] = value;
        }
        return p;
    }
    std::vector<double> start_at(double value) const {
        auto all = parameters;
        if (varied >= 0) {
            all[flow.parameters[static_cast<std::size_t>(varied)]] = value;
        }
        const auto initial = language::initial_values(model, all, preset);
        std::vector<double> x;
        for (const auto& state : model.states) {
            const auto found = initial.find(state.name);
            x.push_back(found == initial.end() ? 0 : found->second);
        }
        return x;
    }
};

/// Does the state jump (a reset), or rest (refractoriness)? Such a model is no smooth flow, and its rates take the
/// place of branches. A threshold alone only says when a spike is.
bool jumps(const language::Model& model);

/// Where the flow goes from its start, coarsely.
compile::Solution settling(const dynamics::Flow& flow, const std::vector<double>& p, double span);
/// A state near which there is an equilibrium: the one that the flow's start leads to, else one in the box that a
/// trajectory fills; without any, the start itself.
std::vector<double> near_rest(const dynamics::Flow& flow, const std::vector<double>& p, double span);

/// Is an equilibrium with these eigenvalues at a standstill to first order: a real part of (about) zero, the others
/// not positive? So where a quantity is conserved.
bool neutral(std::span<const std::complex<double>> eigenvalues);

/// Continues equilibria over the range, cycles from their Hopf points, and cycles that the flow goes round elsewhere.
/// Points that no such flow can have, that rounding makes of a standstill, or that crowd before a homoclinic end, are
/// left out.
void add_branches(Portrait& all, const Subject& subject);

/// Fills in trace, extremes, spikes and `stopped` of all values, in parallel. Steps of adapted length, or, for models
/// with noise (seed 0) and for spikes that rise too fast for those, fixed steps.
/// Says so in `remarks`.
void add_traces(std::vector<PortraitValue>& values, const Subject& subject, double span,
                std::vector<std::string>& remarks);

/// Rates of a model that jumps, at these values: rows parameter [SI], rate [1/time], the mean over two spans after one.
Array<double, 2> rates_at(const std::vector<double>& values, const Subject& subject, const PortraitOptions& options,
                          double span, std::vector<std::string>& remarks);

}  // namespace ranvier::report
