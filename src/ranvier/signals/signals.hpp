#pragma once

#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

/// The nouns that the sciences share, so that simulators, spike tools and M/EEG need not know each other.
namespace ranvier::signals {

/// A closed stretch of time.
struct Interval {
    double start = 0;  // [s]
    double stop = 0;   // [s]
    double length() const { return stop - start; }
};

/// Spike times of one unit, sorted, inside `window`.
struct SpikeTrain {
    std::vector<double> times;  // [s]
    Interval window;
    std::string name;
};

/// Regularly sampled signals that share a clock.
struct Signal {
    Array<double, 2> data;  ///< shape (channels, samples)
    double sfreq = 0;       // [Hz]
    double start = 0;       // [s]
    std::vector<std::string> names;
    std::string unit;  ///< SI symbol
};

/// Current dipoles over time: what a simulated network hands to a forward model.
struct Dipoles {
    Array<double, 2> positions;     ///< shape (dipoles, 3), head coordinates [m]
    Array<double, 2> orientations;  ///< shape (dipoles, 3), unit vectors
    Array<double, 2> moments;       ///< shape (dipoles, samples) [A m]
    double sfreq = 0;               // [Hz]
};

/// @throws InvalidInput  times unsorted, not finite or outside the window
void check(const SpikeTrain& train);
/// @throws InvalidInput  names, rate or shape disagree
void check(const Signal& signal);
/// @throws InvalidInput  shapes disagree, or an orientation is not of unit length (to 1e-6)
void check(const Dipoles& dipoles);

}  // namespace ranvier::signals
