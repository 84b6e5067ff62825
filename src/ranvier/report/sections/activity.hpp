#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/report/page/page.hpp"
#include "ranvier/signals/signals.hpp"
#include "ranvier/sim/plan/simulation.hpp"

namespace ranvier::report {

/// What a network did between two times: who spiked when, rates of populations, values of elements.
struct Activity {
    struct Population {
        std::string name;
        index n = 0;                  ///< neurons
        std::vector<std::int32_t> i;  ///< who spiked
        std::vector<double> t;        ///< when [s], ascending
    };
    /// A rate in bins.
    struct Rate {
        std::string name;            ///< that of a population gives it its colour
        double start = 0, step = 0;  // [s]
        std::vector<double> values;  // [Hz] of each neuron
    };
    /// A variable of some elements at regular times.
    struct Traces {
        std::string name;            ///< of the variable
        std::string population;      ///< whose elements they are; "" or another: of none that spikes here
        std::string unit = "1";      ///< of the values, as models write it
        double start = 0, step = 0;  // [s]
        std::vector<index> elements;
        Array<double, 2> values;  ///< shape (elements, times)
    };
    double start = 0, end = 0;  // [s]
    double dt = 0;              ///< the step in which spikes were counted [s]; 0: none
    std::vector<Population> populations;
    std::vector<Rate> rates;
    std::vector<Traces> traces;
};

/// Raster with rates and traces, linked. A population without a rate of its name gets that of its spikes. Rates are
/// kept in at most 20,000 bins; traces in 16 bits, and where they would take more than `max_bytes` the least and the
/// greatest of each piece.
/// @throws InvalidInput  times that are not ascending or lie outside, neurons that there are not, shapes that differ
void add_activity(Page& page, const std::string& title, const Activity& activity, double max_bytes = 2e7);

/// What a simulation recorded until now.
Activity activity_of(const sim::Simulation& simulation);

/// Spike trains as a population, a row for each.
Activity activity_of(const std::vector<signals::SpikeTrain>& trains, const std::string& name = "units");

/// A unit in which values up to `largest` read well, and how many of the given it is: "volt" and 0.07 → "mV", 1000.
/// Units that are more than a name stay.
std::pair<std::string, double> readable_unit(const std::string& unit, double largest);

}  // namespace ranvier::report
