#pragma once

#include <type_traits>

#include "ranvier/compile/ir/program.hpp"
#include "ranvier/compile/mathematics/exp.hpp"
#include "ranvier/compile/mathematics/log.hpp"
#include "ranvier/compile/mathematics/trig.hpp"

namespace ranvier::compile::mathematics {

// Python's // and %. The quotient may round up to a whole number, never down below one.

template <class F>
Sum<F> floor_quotient(F x, F y) {  // high: quotient, low: remainder
    const F zero = x.constant(0);
    const F q = floor(x / y);
    const F r = select(q == zero, x, fma(-q, y, x));
    const auto wrong = ((r < zero) & (y > zero)) | ((r > zero) & (y < zero));
    return {select(wrong, q - x.constant(1), q), select(wrong, r + y, r)};
}

/// One function of float64.
template <class F>
F wide_function(Op op, F x, F y) {
    switch (op) {
        case Op::exp: return exp(x);
        case Op::expm1: return expm1(x);
        case Op::exprel: return exprel(x);
        case Op::exprel_near: return exprel_near(x);
        case Op::log: return log(x);
        case Op::log1p: return log1p(x);
        case Op::log2: return log2(x);
        case Op::log10: return log10(x);
        case Op::pow: return pow(x, y);
        case Op::sin: return sin(x);
        case Op::cos: return cos(x);
        case Op::tan: return tan(x);
        case Op::sinh: return sinh(x);
        case Op::cosh: return cosh(x);
        case Op::tanh: return tanh(x);
        case Op::asin: return asin(x);
        case Op::acos: return acos(x);
        case Op::atan: return atan(x);
        default: return atan2(x, y);
    }
}

/// The function `op` names, of x, or of x and y; see is_mathematics.
template <class F>
F function(Op op, F x, F y) {
    if constexpr (std::is_same_v<typename F::Scalar, double>) {
        return wide_function(op, x, y);
    } else {
        switch (op) {
            case Op::exp: return exp(x);
            case Op::expm1: return expm1(x);
            case Op::exprel: return exprel(x);
            case Op::exprel_near: return exprel_near(x);
            case Op::log: return log(x);
            case Op::log1p: return log1p(x);
            case Op::tanh: return tanh(x);
            default: return narrowed(wide_function(op, widened(x), widened(y)));
        }
    }
}

}  // namespace ranvier::compile::mathematics
