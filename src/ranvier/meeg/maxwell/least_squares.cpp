#include "ranvier/meeg/maxwell/least_squares.hpp"

#include <limits>

#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

double sum_of_squares(const std::vector<double>& x) {
    double sum = 0;
    for (const double value : x) {
        sum += value * value;
    }
    return sum;
}

}  // namespace

Point least_squares(FunctionRef<std::vector<double>(const Point&)> residuals, Point at, const Steps& steps) {
    std::vector<double> here = residuals(at);
    double sum = sum_of_squares(here);
    const index n = std::ssize(here);
    double damping = 1e-3;
    for (int step = 0; step < 60; ++step) {
        Array<double, 2> slopes({3, n});
        for (std::size_t i = 0; i < 3; ++i) {
            Point beside = at;
            beside[i] += steps.difference;
            const std::vector<double> there = residuals(beside);
            for (std::size_t k = 0; k < here.size(); ++k) {
                slopes(static_cast<index>(i), static_cast<index>(k)) = (there[k] - here[k]) / steps.difference;
            }
        }
        Array<double, 2> normal({3, 3}), right({3, 1});
        for (index i = 0; i < 3; ++i) {
            for (index k = 0; k < 3; ++k) {
                for (index s = 0; s < n; ++s) {
                    normal(i, k) += slopes(i, s) * slopes(k, s);
                }
            }
            for (index s = 0; s < n; ++s) {
                right(i, 0) -= slopes(i, s) * here[static_cast<std::size_t>(s)];
            }
        }
        bool moved = false;
        double length = 0;
        for (int trial = 0; trial < 12 && !moved; ++trial) {
            Array<double, 2> damped = normal;
            for (index i = 0; i < 3; ++i) {
                damped(i, i) *= 1 + damping;
            }
            const Array<double, 2> change = numerics::solve(damped, right);
            Point next = at;
            for (std::size_t i = 0; i < 3; ++i) {
                next[i] += change(static_cast<index>(i), 0);
            }
            length = norm(minus(next, at));
            if (length < steps.longest) {
                std::vector<double> there = residuals(next);
                const double other = sum_of_squares(there);
                if (other < sum) {
                    moved = true;
                    at = next;
                    here = std::move(there);
                    sum = other;
                }
            }
            damping *= moved ? 0.2 : 8;
        }
        if (!moved || length < steps.shortest) {
            break;
        }
    }
    return at;
}

}  // namespace ranvier::meeg
