// Every function against MPFR (correctly rounded arithmetic of any precision), over its whole range.
#include <gtest/gtest.h>
#include <mpfr.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <functional>
#include <random>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/compile/interpreter/interpret.hpp"

namespace ranvier::compile {
namespace {

class Big {
public:
    explicit Big(mpfr_prec_t bits = 200) { mpfr_init2(x_, bits); }
    ~Big() { mpfr_clear(x_); }
    Big(const Big&) = delete;
    Big& operator=(const Big&) = delete;
    mpfr_ptr get() { return x_; }

private:
    mpfr_t x_;
};

void exprel(mpfr_ptr out, mpfr_srcptr x) {
    if (mpfr_zero_p(x)) {
        mpfr_set_ui(out, 1, MPFR_RNDN);
        return;
    }
    Big e;
    if (mpfr_inf_p(x)) {
        mpfr_set_d(out, mpfr_sgn(x) > 0 ? INFINITY : 0, MPFR_RNDN);
        return;
    }
    mpfr_expm1(e.get(), x, MPFR_RNDN);
    mpfr_div(out, e.get(), x, MPFR_RNDN);
}

void truth(Op op, mpfr_ptr out, mpfr_srcptr x, mpfr_srcptr y) {
    switch (op) {
        case Op::exp: mpfr_exp(out, x, MPFR_RNDN); break;
        case Op::expm1: mpfr_expm1(out, x, MPFR_RNDN); break;
        case Op::exprel:
        case Op::exprel_near: exprel(out, x); break;
        case Op::log: mpfr_log(out, x, MPFR_RNDN); break;
        case Op::log1p: mpfr_log1p(out, x, MPFR_RNDN); break;
        case Op::log2: mpfr_log2(out, x, MPFR_RNDN); break;
        case Op::log10: mpfr_log10(out, x, MPFR_RNDN); break;
        case Op::pow: mpfr_pow(out, x, y, MPFR_RNDN); break;
        case Op::sin: mpfr_sin(out, x, MPFR_RNDN); break;
        case Op::cos: mpfr_cos(out, x, MPFR_RNDN); break;
        case Op::tan: mpfr_tan(out, x, MPFR_RNDN); break;
        case Op::sinh: mpfr_sinh(out, x, MPFR_RNDN); break;
        case Op::cosh: mpfr_cosh(out, x, MPFR_RNDN); break;
        case Op::tanh: mpfr_tanh(out, x, MPFR_RNDN); break;
        case Op::asin: mpfr_asin(out, x, MPFR_RNDN); break;
        case Op::acos: mpfr_acos(out, x, MPFR_RNDN); break;
        case Op::atan: mpfr_atan(out, x, MPFR_RNDN); break;
        default: mpfr_atan2(out, x, y, MPFR_RNDN);
    }
}

double computed(Op op, Scalar scalar, double x, double y) {
    const FlushDenormals flush;
    const Instruction i{.op = op, .type = Type::real, .operands = std::vector<Value>(operand_count(op) == 2 ? 2 : 1)};
    const Constant operands[] = {{.number = x}, {.number = y}};
    return evaluate(i, Type::real, operands, scalar).number;
}

struct Layout {
    int digits;
    double smallest, largest;
};
Layout layout(Scalar scalar) {
    return scalar == Scalar::float64 ? Layout{53, DBL_MIN, DBL_MAX} : Layout{24, FLT_MIN, FLT_MAX};
}

/// Error in units of the last place of the truth; 0 where both are NaN, or the same infinity, or where the truth is so
/// small that it may count as zero (below twice the smallest normal number) and the result is zero.
double error_in_ulp(Op op, Scalar scalar, double x, double y) {
    const Layout f = layout(scalar);
    const double result = computed(op, scalar, x, y);
    Big a, b, t;
    mpfr_set_d(a.get(), x, MPFR_RNDN);
    mpfr_set_d(b.get(), y, MPFR_RNDN);
    truth(op, t.get(), a.get(), b.get());
    if (mpfr_nan_p(t.get()) || std::isnan(result)) {
        return mpfr_nan_p(t.get()) && std::isnan(result) ? 0 : INFINITY;
    }
    const double nearest = mpfr_get_d(t.get(), MPFR_RNDN);
    const double as_scalar = scalar == Scalar::float64 ? nearest : static_cast<double>(static_cast<float>(nearest));
    if (std::isinf(result) || std::isinf(as_scalar)) {
        // One last place beyond the largest number is ∞ too.
        const bool cody_waite_limit = std::fabs(nearest) >= f.largest * (1 - 2 * std::ldexp(1, -f.digits));
        return (result == as_scalar) || (cody_waite_limit && std::signbit(result) == std::signbit(nearest)) ? 0
                                                                                                            : INFINITY;
    }
    if (std::fabs(nearest) < 2 * f.smallest && result == 0) {
        return 0;
    }
    if (mpfr_zero_p(t.get())) {
        return result == 0 ? 0 : INFINITY;
    }
    const auto exponent = std::max<mpfr_exp_t>(mpfr_get_exp(t.get()), std::ilogb(f.smallest) + 1);
    mpfr_sub_d(t.get(), t.get(), result, MPFR_RNDN);
    mpfr_mul_2si(t.get(), t.get(), f.digits - exponent, MPFR_RNDN);
    return std::fabs(mpfr_get_d(t.get(), MPFR_RNDU));
}

using Draw = std::function<double(std::mt19937_64&)>;

Draw between(double low, double high) {
    return [=](std::mt19937_64& r) { return std::uniform_real_distribution<double>(low, high)(r); };
}
/// Any magnitude, either sign: uniform in the logarithm.
Draw magnitudes(double low, double high, bool either_sign = true) {
    return [=](std::mt19937_64& r) {
        const double x = std::exp2(std::uniform_real_distribution<double>(std::log2(low), std::log2(high))(r));
        return either_sign && r() % 2 ? -x : x;
    };
}
/// Neighbours of multiples of π/2, where reductions lose most.
Draw near_quarter_turns(double most) {
    return [=](std::mt19937_64& r) {
        const double n = std::floor(std::exp2(std::uniform_real_distribution<double>(0, std::log2(most))(r)));
        double x = n * 1.5707963267948966;
        for (int k = static_cast<int>(r() % 5) - 2; k != 0; k += k > 0 ? -1 : 1) {
            x = std::nextafter(x, k > 0 ? INFINITY : -INFINITY);
        }
        return x;
    };
}

struct Case {
    Op op;
    double bound;  ///< ulp
    std::vector<Draw> x;
    std::vector<Draw> y;
};

std::vector<Case> cases(Scalar scalar) {
    const Layout f = layout(scalar);
    const bool d = scalar == Scalar::float64;
    const double e_max = d ? 745 : 104;
    const auto all = magnitudes(f.smallest, f.largest);
    const auto positive = magnitudes(f.smallest, f.largest, false);
    const double far = d ? 1e300 : 1e38;
    return {
        {Op::exp, 1.5, {between(-e_max, e_max), between(-1, 1), all, between(-0.4, 0.4)}, {}},
        {Op::expm1, 1.5, {between(-e_max, e_max), between(-2, 2), all, between(-0.4, 0.4), between(-40, 40)}, {}},
        {Op::exprel, 1.5, {between(-e_max, e_max), between(-2, 2), all, between(-0.4, 0.4), between(-40, 40)}, {}},
        {Op::exprel_near, 2.5, {between(-e_max, e_max), between(-2, 2), all, between(-0.4, 0.4), between(-40, 40)}, {}},
        {Op::log, 1.5, {positive, between(0.5, 2), between(0.99, 1.01), between(0, 100)}, {}},
        {Op::log1p, 1.5, {positive, between(-1, 1), between(-0.01, 0.01), magnitudes(1e-30, 0.5)}, {}},
        {Op::log2, 1.5, {positive, between(0.5, 2), between(0.99, 1.01), between(0, 100)}, {}},
        {Op::log10, 1.5, {positive, between(0.5, 2), between(0.99, 1.01), between(0, 1100)}, {}},
        {Op::pow,
         1.5,
         {positive, between(0, 10), between(0.99, 1.01)},
         {between(-300, 300), between(-3, 3), magnitudes(1e-5, 1e5)}},
        {Op::sin,
         2,
         {between(-10, 10), all, near_quarter_turns(1e9), near_quarter_turns(far), between(-1.1e6, 1.1e6)},
         {}},
        {Op::cos,
         2,
         {between(-10, 10), all, near_quarter_turns(1e9), near_quarter_turns(far), between(-1.1e6, 1.1e6)},
         {}},
        {Op::tan,
         2,
         {between(-10, 10), all, near_quarter_turns(1e9), near_quarter_turns(far), between(-1.1e6, 1.1e6)},
         {}},
        {Op::sinh, 2, {between(-e_max, e_max), between(-3, 3), all}, {}},
        {Op::cosh, 2, {between(-e_max, e_max), between(-3, 3), all}, {}},
        {Op::tanh, 2, {between(-22, 22), between(-1, 1), all}, {}},
        {Op::asin, 2, {between(-1, 1), magnitudes(f.smallest, 1), between(0.999, 1), between(-2, 2)}, {}},
        {Op::acos, 2, {between(-1, 1), magnitudes(f.smallest, 1), between(0.999, 1), between(-1, -0.999)}, {}},
        {Op::atan, 2, {between(-4, 4), all}, {}},
        {Op::atan2, 2, {between(-4, 4), magnitudes(1e-20, 1e20), all}, {between(-4, 4), magnitudes(1e-20, 1e20), all}},
    };
}

class Mathematics : public testing::TestWithParam<Scalar> {};

TEST_P(Mathematics, IsAsAccurateAsItSaysOverTheWholeRange) {
    const Scalar scalar = GetParam();
    const char* many = std::getenv("RANVIER_ARGUMENTS");
    const index count = many == nullptr ? 20'000 : std::atol(many);
    for (const Case& c : cases(scalar)) {
        constexpr index pieces = 16;
        std::vector<double> worst(pieces), at_x(pieces), at_y(pieces);
        parallel_for(pieces, [&](index piece) {
            std::mt19937_64 random(static_cast<std::uint64_t>(piece) * 1000 + static_cast<std::uint64_t>(c.op));
            for (index k = 0; k < count / pieces; ++k) {
                double x = c.x[static_cast<std::size_t>(k) % c.x.size()](random);
                double y = c.y.empty() ? 0 : c.y[static_cast<std::size_t>(k / 4) % c.y.size()](random);
                x = in_precision(x, scalar);
                y = in_precision(y, scalar);
                const double error = error_in_ulp(c.op, scalar, x, y);
                const auto p = static_cast<std::size_t>(piece);
                if (error > worst[p]) {
                    worst[p] = error;
                    at_x[p] = x;
                    at_y[p] = y;
                }
            }
        });
        const auto p = static_cast<std::size_t>(std::max_element(worst.begin(), worst.end()) - worst.begin());
        EXPECT_LE(worst[p], c.bound) << name(c.op) << " at " << std::hexfloat << at_x[p] << ", " << at_y[p]
                                     << std::defaultfloat << " = " << at_x[p] << ", " << at_y[p];
        std::printf("    %-7s %s %.3f ulp\n", std::string(name(c.op)).c_str(),
                    scalar == Scalar::float64 ? "float64" : "float32", worst[p]);
    }
}

/// C's Annex F says what the library does at these; MPFR follows it.
TEST_P(Mathematics, HasTheExceptionsOfTheCStandard) {
    const double some[] = {0.0, -0.0, 1,     -1,    0.5,    -0.5,     2,         -2, 3,
                           -3,  1e30, -1e30, 1e-30, -1e-30, INFINITY, -INFINITY, NAN};
    for (const Case& c : cases(GetParam())) {
        for (const double some_x : some) {
            for (const double some_y : some) {
                const double x = in_precision(some_x, GetParam()), y = in_precision(some_y, GetParam());
                Big a, b, t;
                mpfr_set_d(a.get(), x, MPFR_RNDN);
                mpfr_set_d(b.get(), y, MPFR_RNDN);
                truth(c.op, t.get(), a.get(), b.get());
                if (!mpfr_number_p(t.get()) || mpfr_zero_p(t.get())) {
                    const double expected = mpfr_get_d(t.get(), MPFR_RNDN);
                    const double found = computed(c.op, GetParam(), x, y);
                    const bool same = std::isnan(expected)
                                          ? std::isnan(found)
                                          : found == expected && std::signbit(found) == std::signbit(expected);
                    EXPECT_TRUE(same) << name(c.op) << "(" << x << ", " << y << ") is " << found << ", not "
                                      << expected;
                } else {
                    EXPECT_LE(error_in_ulp(c.op, GetParam(), x, y), c.bound)
                        << name(c.op) << "(" << x << ", " << y << ")";
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Of, Mathematics, testing::Values(Scalar::float64, Scalar::float32),
                         [](const auto& scalar) { return scalar.param == Scalar::float64 ? "float64" : "float32"; });

}  // namespace
}  // namespace ranvier::compile
