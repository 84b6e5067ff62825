#include "ranvier/numerics/minimum.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ranvier::numerics {

namespace {

constexpr double golden = 1.618034;
constexpr double section = 0.3819660;  // 2 − golden ratio
constexpr double least_tol = 1e-11;
constexpr int max_steps = 500, max_brackets = 1000;

struct Bracket {
    double a, b, c;  ///< b between a and c
    double fb;
};

/// Three points of which the middle one is no higher than the others.
Bracket bracket(FunctionRef<double(double)> f, double a, double b) {
    constexpr double longest = 110;  // how many times the last step a parabola may reach
    double fa = f(a), fb = f(b);
    if (fa < fb) {
        std::swap(a, b);
        std::swap(fa, fb);
    }
    double c = b + golden * (b - a), fc = f(c);
    for (int step = 0; fc < fb; ++step) {
        if (step > max_brackets) {
            throw NumericalError("the function falls for ever: it has no minimum to find");
        }
        const double left = (b - a) * (fb - fc), right = (b - c) * (fb - fa);
        const double twice = 2 * (std::abs(right - left) < 1e-21 ? 1e-21 : right - left);
        double w = b - ((b - c) * right - (b - a) * left) / twice, fw = 0;
        const double limit = b + longest * (c - b);
        if ((w - c) * (b - w) > 0) {
            fw = f(w);
            if (fw < fc) {
                a = std::exchange(b, w);
                fa = std::exchange(fb, fw);
                break;
            }
            if (fw > fb) {
                c = w;
                fc = fw;
                break;
            }
            w = c + golden * (c - b);
        } else if ((w - limit) * (limit - c) >= 0) {
            w = limit;
        } else if ((w - limit) * (c - w) > 0) {
            fw = f(w);
            if (fw < fc) {
                b = std::exchange(c, w);
                fb = std::exchange(fc, fw);
                w = c + golden * (c - b);
            }
        } else {
            w = c + golden * (c - b);
        }
        fw = f(w);
        a = std::exchange(b, std::exchange(c, w));
        fa = std::exchange(fb, std::exchange(fc, fw));
    }
    const bool lower = (fb < fc && fb <= fa) || (fb < fa && fb <= fc);
    if (!lower || !std::isfinite(a) || !std::isfinite(b) || !std::isfinite(c)) {
        throw NumericalError("the function has no minimum that could be found");
    }
    return {a, b, c, fb};
}

}  // namespace

double local_minimum(FunctionRef<double(double)> f, double from, double to, double tol) {
    const Bracket found = bracket(f, from, to);
    double a = std::min(found.a, found.c), b = std::max(found.a, found.c);
    // The best point, the second best, and the one that was that before.
    double x = found.b, w = x, v = x, fx = found.fb, fw = fx, fv = fx;
    double before = 0, step = 0;  // the steps before the last, and last
    for (int k = 0; k < max_steps; ++k) {
        const double near = tol * std::abs(x) + least_tol, middle = 0.5 * (a + b);
        if (std::abs(x - middle) < 2 * near - 0.5 * (b - a)) {
            break;
        }
        bool parabola = false;
        if (std::abs(before) > near) {
            const double r = (x - w) * (fx - fv), q = (x - v) * (fx - fw);
            double p = (x - v) * q - (x - w) * r, divisor = 2 * (q - r);
            p = divisor > 0 ? -p : p;
            divisor = std::abs(divisor);
            const double earlier = std::exchange(before, step);
            if (p > divisor * (a - x) && p < divisor * (b - x) && std::abs(p) < std::abs(0.5 * divisor * earlier)) {
                parabola = true;
                step = p / divisor;
                const double u = x + step;
                if (u - a < 2 * near || b - u < 2 * near) {
                    step = middle >= x ? near : -near;
                }
            }
        }
        if (!parabola) {
            before = (x >= middle ? a : b) - x;
            step = section * before;
        }
        const double u = std::abs(step) < near ? (step >= 0 ? x + near : x - near) : x + step;
        const double fu = f(u);
        if (fu > fx) {
            (u < x ? a : b) = u;
            if (fu <= fw || w == x) {
                v = std::exchange(w, u);
                fv = std::exchange(fw, fu);
            } else if (fu <= fv || v == x || v == w) {
                v = u;
                fv = fu;
            }
        } else {
            (u >= x ? a : b) = x;
            v = std::exchange(w, std::exchange(x, u));
            fv = std::exchange(fw, std::exchange(fx, fu));
        }
    }
    return x;
}

double bounded_minimum(FunctionRef<double(double)> f, double a, double b, double tol) {
    const double share = 0.5 * (3 - std::sqrt(5.0)), finest = std::sqrt(2.2e-16);
    double best = a + share * (b - a), second = best, third = best;
    double f_best = f(best), f_second = f_best, f_third = f_best, step = 0, before = 0;
    const auto towards = [](double length, double size) { return length >= 0 ? size : -size; };
    while (true) {
        const double middle = 0.5 * (a + b), least = finest * std::abs(best) + tol / 3;
        if (std::abs(best - middle) <= 2 * least - 0.5 * (b - a)) {
            return best;
        }
        bool halve = true;
        if (std::abs(before) > least) {  // the parabola through three points
            double r = (best - second) * (f_best - f_third), q = (best - third) * (f_best - f_second);
            double p = (best - third) * q - (best - second) * r;
            q = 2 * (q - r);
            p = q > 0 ? -p : p;
            q = std::abs(q);
            r = before;
            before = step;
            if (std::abs(p) < std::abs(0.5 * q * r) && p > q * (a - best) && p < q * (b - best)) {
                step = p / q;
                const double at = best + step;
                if (at - a < 2 * least || b - at < 2 * least) {
                    step = towards(middle - best, least);
                }
                halve = false;
            }
        }
        if (halve) {
            before = best >= middle ? a - best : b - best;
            step = share * before;
        }
        const double x = best + towards(step, std::max(std::abs(step), least)), fx = f(x);
        if (fx <= f_best) {
            (x >= best ? a : b) = best;
            third = second;
            f_third = f_second;
            second = best;
            f_second = f_best;
            best = x;
            f_best = fx;
            continue;
        }
        (x < best ? a : b) = x;
        if (fx <= f_second || second == best) {
            third = second;
            f_third = f_second;
            second = x;
            f_second = fx;
        } else if (fx <= f_third || third == best || third == second) {
            third = x;
            f_third = fx;
        }
    }
}

}  // namespace ranvier::numerics
