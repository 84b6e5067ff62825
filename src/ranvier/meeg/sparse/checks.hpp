#pragma once

#include "ranvier/meeg/sparse/certificate.hpp"
#include "ranvier/meeg/sparse/gain.hpp"

namespace ranvier::meeg {

/// @throws InvalidInput  data and gain of different sensors, none at all, NaN or infinity
void check_data_and_gain(View<const double, 2> M, View<const double, 2> G);
/// ‖M‖²
double squared_norm(View<const double, 2> M);
/// Passes from one look at a duality gap to the next, as a number of passes.
index gap_interval(double dgap_freq, index maxit);
/// Time courses times the factors of bias.hpp.
void without_bias(SparseSolution& solution, View<const double, 2> M, const GainRows& gain);
/// Warns of what has not converged. @param solver  "mixed-norm"
void warn_if_open(const Certificate& certificate, const char* solver);

}  // namespace ranvier::meeg
