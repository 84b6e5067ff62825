// What depth= says, for the functions that take it.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <string>

#include "ranvier/meeg/priors/prepared_gain.hpp"

namespace ranvier::python {

/// Set the depth weighting of options by `rule`, the dict of `depth_rule` in python/ranvier/meeg/forward/priors.py.
template <class Options>
void set_depth(Options& options, const nanobind::dict& rule) {
    namespace nb = nanobind;
    if (!rule["exp"].is_none()) {
        meeg::DepthRule depth{.exponent = nb::cast<double>(rule["exp"]),
                              .limit = {},
                              .spectral = nb::cast<bool>(rule["spectral"])};
        if (!rule["limit"].is_none()) {
            depth.limit = nb::cast<double>(rule["limit"]);
        }
        options.depth = depth;
    }
    const auto channels = nb::cast<std::string>(rule["channels"]);
    options.depth_channels = channels == "whiten" ? meeg::DepthChannels::whitened
                             : channels == "best" ? meeg::DepthChannels::best_type
                                                  : meeg::DepthChannels::all;
    options.allow_fixed_depth = nb::cast<bool>(rule["allow_fixed"]);
}

}  // namespace ranvier::python
