#pragma once

namespace ranvier::numerics {

/// The regularised incomplete beta function I_x(a, b): the distribution function of the beta distribution.
/// @param x  in [0, 1]; @param a, b  > 0. @throws InvalidInput  otherwise
/// @source   the continued fraction of DLMF, https://dlmf.nist.gov/8.17.E22; relative errors of some 1e-14
double incomplete_beta(double a, double b, double x);

/// The probability of a correlation as far from 0 as r between n pairs of independent normal numbers.
/// @param n  3 or more
double correlation_p_value(double r, long n);

/// The t that numbers of Student's distribution lie within, −t to t, with a probability.
/// @param probability  in [0, 1); @param degrees  of freedom, > 0
double student_reach(double probability, double degrees);

/// The probability that a sum of `degrees` squared independent normal numbers is above x.
/// @param degrees  > 0. @source  series and continued fraction of DLMF, https://dlmf.nist.gov/8.11 and 8.9
double chi_squared_above(double x, double degrees);
/// The x that such a sum is above with a probability in (0, 1).
double chi_squared_limit(double probability, double degrees);

}  // namespace ranvier::numerics
