#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// A current dipole at several times; it may move and turn.
struct DipoleCourse {
    std::vector<double> times;      // [s]
    Array<double, 2> pos;           ///< shape (times, 3), in the head's frame [m]
    std::vector<double> amplitude;  // [A m]
    Array<double, 2> ori;           ///< unit vectors, shape (times, 3)
    std::vector<double> gof;        ///< goodness of fit [%]
    std::optional<std::string> name;
    /// Limits of confidence: "vol" [m³], "depth", "long", "trans" [m], "qlong", "qtrans" [A m].
    std::map<std::string, std::vector<double>> conf;
    std::optional<std::vector<double>> khi2;   ///< χ² of the fits
    std::optional<std::vector<double>> nfree;  ///< their numbers of degrees of freedom
};

}  // namespace ranvier::meeg
