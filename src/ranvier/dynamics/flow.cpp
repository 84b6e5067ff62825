#include "ranvier/dynamics/flow.hpp"
#include "ranvier/base/text.hpp"

#include <algorithm>
#include <cmath>

namespace ranvier::dynamics {

namespace {

index position(const std::vector<std::string>& names, const std::string& name, const char* what) {
    const auto found = std::find(names.begin(), names.end(), name);
    require(found != names.end(), [&] {
        return std::string("no ") + what + " is called '" + name +
               "'; there are: " + (names.empty() ? "none" : joined(names));
    });
    return found - names.begin();
}

// Five points: the error of the formula is ~h⁴/30, of rounding ~2⁻⁵²/h; both are ~1e-13 here.
constexpr double difference_step = 6e-4;

template <class F>
void five_point(index n, double h, F&& at, double* out) {
    constexpr double offset[4] = {-2, -1, 1, 2};
    constexpr double weight[4] = {1.0 / 12, -8.0 / 12, 8.0 / 12, -1.0 / 12};
    std::vector<double> f(n);
    std::fill(out, out + n, 0.0);
    for (int k = 0; k < 4; ++k) {
        at(offset[k] * h, f.data());
        for (index i = 0; i < n; ++i) {
            out[i] += weight[k] * f[i] / h;
        }
    }
}

}  // namespace

void check(const Flow& flow) {
    const auto n = flow.states.size(), m = flow.parameters.size();
    require(n > 0, "a flow needs at least one state");
    require(static_cast<bool>(flow.rhs), "a flow needs a right-hand side");
    require(flow.x0.size() == n, [&] {
        return "a flow of " + text_of(n) + " states needs as many initial values; got " + text_of(flow.x0.size());
    });
    require(flow.p0.size() == m, [&] {
        return "a flow of " + text_of(m) + " parameters needs as many values; got " + text_of(flow.p0.size());
    });
    require(flow.scale.empty() || flow.scale.size() == n, "a flow's scale needs one number for each state");
    for (double s : flow.scale) {
        require(s > 0 && std::isfinite(s), [&] { return "a flow's scale must be positive; got " + text_of(s); });
    }
}

void check_range(const std::string& what, std::array<double, 2> range) {
    require(std::isfinite(range[0]) && std::isfinite(range[1]) && range[0] < range[1], what,
            ": the range must be finite and ascending; got ", range[0], " … ", range[1]);
}

void check_autonomous(const Flow& flow, const char* analysis) {
    if (flow.driven) {
        throw NotYet(
            std::string(analysis) +
            ": the equations depend on the time t, so that nothing rests and no branch or plane stays as it is; "
            "systems that are driven in time are not in Ranvier yet. Simulate it, or put a parameter in the place "
            "of what depends on t");
    }
}

void check_smooth(const Flow& flow, const char* analysis) {
    if (flow.resets) {
        throw NotYet(std::string(analysis) +
                     ": the system jumps at events (threshold and reset), and this would leave them out; it is not in "
                     "Ranvier yet. simulate, ensemble, spike_trains and fi_curve obey them; or analyse the equations "
                     "without threshold");
    }
}

index state_index(const Flow& flow, const std::string& name) { return position(flow.states, name, "state"); }
index parameter_index(const Flow& flow, const std::string& name) {
    return position(flow.parameters, name, "parameter");
}

void state_derivatives(const Flow& flow, double t, const double* x, const double* p, double* out) {
    if (flow.jacobian) {
        flow.jacobian(t, x, p, out);
        return;
    }
    const index n = flow.n();
    std::vector<double> y(x, x + n), column(n);
    for (index j = 0; j < n; ++j) {
        const double h = difference_step * std::max(std::abs(x[j]), flow.size_of(j));
        double& moved = y[j];
        five_point(
            n, h,
            [&](double d, double* f) {
                moved = x[j] + d;
                flow.rhs(t, y.data(), p, f);
            },
            column.data());
        moved = x[j];
        for (index i = 0; i < n; ++i) {
            out[i * n + j] = column[i];
        }
    }
}

void parameter_derivative(const Flow& flow, double t, const double* x, const double* p, index k, double size,
                          double* out) {
    if (flow.parameter_slope) {
        flow.parameter_slope(t, x, p, k, out);
        return;
    }
    const index n = flow.n(), m = flow.m();
    std::vector<double> q(p, p + m);
    const double h = difference_step * std::max(std::abs(p[k]), size);
    five_point(
        n, h,
        [&](double d, double* f) {
            q[k] = p[k] + d;
            flow.rhs(t, x, q.data(), f);
        },
        out);
}

}  // namespace ranvier::dynamics
