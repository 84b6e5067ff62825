#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/dynamics/cycles.hpp"
#include "ranvier/dynamics/equilibria.hpp"
#include "ranvier/dynamics/fixed_points.hpp"
#include "ranvier/language/model.hpp"

/// What a page shows of a model, computed: one file of equations → trace, phase plane, diagram.
namespace ranvier::report {

struct PortraitOptions {
    std::string preset;                          ///< "" or the name of one
    std::map<std::string, double> given;         ///< parameters beside those of the preset [SI]
    std::string parameter;                       ///< which one the diagram varies; "": see varied_parameter()
    std::optional<std::array<double, 2>> range;  ///< of that parameter [SI], ascending; none: see varied_range()
    double span = 0;                             ///< length of the traces [time of the model]; 0: as the model says
    index values = 41;                           ///< of the parameter, at which there are traces: 2 … 201
};

/// The model at one value of the parameter.
struct PortraitValue {
    double parameter = 0;  ///< [SI]
    /// Row 0: t [time of the model]; row 1 + i: state i [SI]. Kept are those samples that a straight line between its
    /// neighbours would miss by more than 1/1000 of the state's range. A reset is two samples of one time.
    Array<double, 2> trace;
    Array<double, 2> extremes;   ///< values at which each state turns in the trace's second half, NaN-padded rows
    std::vector<double> spikes;  ///< times, where the model has a threshold
    std::string stopped;         ///< why the trace ends before its time, or ""
    std::vector<dynamics::FixedPoint> points;
    /// With two states: of each, its nullcline as rows x, y; NaN parts the pieces. Shape (2, k).
    std::vector<Array<double, 2>> nullclines;
    Array<double, 3> field;  ///< with two states: dx/dt and dy/dt on a grid over the plane, shape (2, rows, columns)
    Array<double, 2> slope;  ///< with one state: rows x and dx/dt
};

struct Portrait {
    language::Model model;
    std::string preset;
    std::map<std::string, double> parameters;  ///< every parameter's value [SI]
    index parameter = -1;                      ///< which one varies; −1: none
    std::array<double, 2> range{};             ///< of it [SI]
    double span = 0;                           ///< of the traces
    std::vector<double> low, high;             ///< of each state, over all that is shown [SI]
    std::vector<PortraitValue> values;         ///< ascending; one, if no parameter varies
    index first = 0;                           ///< which of them a page opens with
    dynamics::EquilibriumDiagram equilibria;   ///< empty for models that jump
    std::vector<dynamics::CycleBranch> cycles;
    Array<double, 2> rates;            ///< of models that jump: rows parameter [SI], rate [1/time]
    std::vector<std::string> remarks;  ///< what a reader should know: what was left out, what could not be computed
    std::string hint;                  ///< what to ask for to see more, or ""
};

/// The parameter that a diagram varies if nobody names one: what the model's file says under 'vary:', else 'I', else
/// the only one whose name begins with 'I_' or 'i_' and that is no intermediate value. "": none suggests itself.
std::string varied_parameter(const language::Model& model);

/// A range that shows what a parameter does: what the model's file says under 'vary:'; else the allowed one where it is
/// finite; else from 0 to half as much again as its value (where that is 0: the largest in a preset) and to a quarter
/// beyond the last bifurcation of equilibria within 20 times that, rounded up; to three times its value where states
/// jump.
std::array<double, 2> varied_range(const language::Model& model, const PortraitOptions& options,
                                   const std::string& parameter);

/// Computes everything, in parallel; says how far it is through Progress.
///
/// Traces start as the model says and take Dormand–Prince 8(5,3), or Rodas5P where that needs too many steps; with
/// noise (seed 0) Heun's fixed steps. Branches, planes and equilibria are of the drift. Where states jump at a
/// reset or rest while refractory, rates (mean over twice the span, after one) take the place of branches.
///
/// @throws InvalidInput  a synapse, a cable, a model without differential equations; unknown names; values out of range
/// @cost   Morris–Lecar with its cycles and 41 values: about a second on one core
Portrait portrait(const language::Model& model, const PortraitOptions& options = {});

}  // namespace ranvier::report
