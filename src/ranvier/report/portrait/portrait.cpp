#include "ranvier/report/portrait/portrait.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/dynamics/model_flow.hpp"
#include "ranvier/dynamics/phase_plane.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/report/portrait/subject.hpp"
#include "ranvier/report/portrait/thinned.hpp"

namespace ranvier::report {

namespace {

using dynamics::Flow;
using language::Model;

constexpr index field_columns = 23, field_rows = 17, nullcline_cells = 120, rate_values = 101;

void check_model(const Model& model) {
    const bool unfit = model.kind == language::Kind::synapse || model.kind == language::Kind::cable;
    require(!unfit, [&] {
        return "'" + model.name + "' is a " + (model.kind == language::Kind::cable ? "cable" : "synapse") +
               ": what it does depends on what it is part of. A page shows a neuron, population, channel or system";
    });
    require(!model.states.empty(),
            [&] { return "'" + model.name + "' has no differential equations: a page shows models that have some"; });
}

/// What the pictures leave out.
std::vector<std::string> left_out(const Model& model, const std::string& varied) {
    std::vector<std::string> remarks;
    if (!model.updates.empty()) {
        remarks.push_back("Statements that run at fixed times (“each step”, “every”) are left out.");
    }
    std::vector<std::string> followers;
    for (const auto& parameter : model.parameters) {
        if (!varied.empty() && parameter.initial && language::contains(parameter.initial, varied)) {
            followers.push_back(parameter.name);
        }
    }
    if (!followers.empty()) {
        remarks.push_back("While " + varied + " varies, " + joined(followers) +
                          " (which the model derives from it) stay as they are.");
    }
    return remarks;
}

/// Adds equilibria where branches cross a value of the parameter.
void points_from_diagram(PortraitValue& value, const Subject& subject, const dynamics::EquilibriumDiagram& diagram) {
    const auto p = subject.p_at(value.parameter);
    for (const auto& branch : diagram.branches) {
        for (std::size_t k = 0; k + 1 < branch.size(); ++k) {
            const double a = branch[k].parameter - value.parameter, b = branch[k + 1].parameter - value.parameter;
            if ((a <= 0) == (b <= 0) && a != 0) {
                continue;
            }
            std::vector<double> guess(branch[k].x.size());
            const double u = a == b ? 0 : a / (a - b);
            for (std::size_t i = 0; i < guess.size(); ++i) {
                guess[i] = branch[k].x[i] + u * (branch[k + 1].x[i] - branch[k].x[i]);
            }
            if (dynamics::newton(subject.flow, p.data(), guess.data())) {
                value.points.push_back(dynamics::described(subject.flow, p, guess));
            }
        }
    }
}

/// Points that are one are shown once.
void without_doubles(std::vector<dynamics::FixedPoint>& points, const Flow& flow) {
    std::vector<dynamics::FixedPoint> kept;
    for (auto& point : points) {
        const bool known = std::any_of(kept.begin(), kept.end(), [&](const dynamics::FixedPoint& other) {
            for (index i = 0; i < flow.n(); ++i) {
                const auto k = static_cast<std::size_t>(i);
                if (std::abs(point.x[k] - other.x[k]) > 1e-5 * std::max(flow.size_of(i), std::abs(other.x[k]))) {
                    return false;
                }
            }
            return true;
        });
        if (!known) {
            kept.push_back(std::move(point));
        }
    }
    std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    points = std::move(kept);
}

/// Pieces of a nullcline as one array with gaps, thinned to what can be seen.
Array<double, 2> nullcline_rows(const std::vector<dynamics::Polyline>& lines, const dynamics::Plane& plane) {
    std::vector<double> xs, ys;
    const std::vector<double> size{plane.x_range[1] - plane.x_range[0], plane.y_range[1] - plane.y_range[0]};
    for (const auto& line : lines) {
        const auto count = static_cast<index>(line.size());
        Array<double, 2> rows({2, count});
        std::vector<double> at;
        for (index k = 0; k < count; ++k) {
            rows(0, k) = line[static_cast<std::size_t>(k)][0];
            rows(1, k) = line[static_cast<std::size_t>(k)][1];
            at.push_back(static_cast<double>(k));
        }
        if (!xs.empty()) {
            xs.push_back(std::numeric_limits<double>::quiet_NaN());
            ys.push_back(std::numeric_limits<double>::quiet_NaN());
        }
        for (const index k : thinned_columns(at, rows, size, drawn)) {
            xs.push_back(rows(0, k));
            ys.push_back(rows(1, k));
        }
    }
    Array<double, 2> result({2, static_cast<index>(xs.size())});
    std::copy(xs.begin(), xs.end(), result.data());
    std::copy(ys.begin(), ys.end(), result.data() + xs.size());
    return result;
}

void plane_into(PortraitValue& value, const Subject& subject, const Portrait& all) {
    const auto p = subject.p_at(value.parameter);
    const index n = subject.flow.n();
    if (n == 1) {
        constexpr index count = 201;
        value.slope = Array<double, 2>({2, count});
        for (index k = 0; k < count; ++k) {
            const double x = all.low[0] + (all.high[0] - all.low[0]) * static_cast<double>(k) / (count - 1);
            value.slope(0, k) = x;
            subject.flow.rhs(0, &x, p.data(), &value.slope(1, k));
        }
    } else if (n == 2) {
        dynamics::Plane plane;
        plane.x_range = {all.low[0], all.high[0]};
        plane.y_range = {all.low[1], all.high[1]};
        for (const index state : {0, 1}) {
            value.nullclines.push_back(
                nullcline_rows(dynamics::nullcline(subject.flow, p, plane, state, nullcline_cells), plane));
        }
        const auto field = dynamics::vector_field(subject.flow, p, plane, field_columns, field_rows);
        value.field = Array<double, 3>({2, field_rows, field_columns});
        std::copy(field.dx.data(), field.dx.data() + field.dx.size(), value.field.data());
        std::copy(field.dy.data(), field.dy.data() + field.dy.size(), value.field.data() + field.dx.size());
    }
    if (n <= 2 || subject.varied < 0) {
        for (auto& point : dynamics::fixed_points(subject.flow, p, {all.low, all.high},
                                                  n == 1   ? 32
                                                  : n == 2 ? 96
                                                           : 256)) {
            value.points.push_back(std::move(point));
        }
    }
    without_doubles(value.points, subject.flow);
}

/// Extremes of everything shown, with a margin. Equilibria far from where trajectories go count as far as one more
/// width.
void measure(Portrait& all, const Flow& flow) {
    const auto n = static_cast<std::size_t>(flow.n());
    constexpr double infinity = std::numeric_limits<double>::infinity();
    all.low.assign(n, infinity);
    all.high.assign(n, -infinity);
    for (const bool whole : {true, false}) {
        for (const PortraitValue& value : all.values) {
            for (std::size_t i = 0; i < n && value.stopped.empty() == whole; ++i) {
                for (const double v : value.trace.view().row(static_cast<index>(i) + 1)) {
                    all.low[i] = std::min(all.low[i], v);
                    all.high[i] = std::max(all.high[i], v);
                }
            }
        }
        if (all.low[0] <= all.high[0]) {
            break;  // traces that break off count only where there are no others
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        const double low = all.low[i], high = all.high[i];
        const double width = std::max(high - low, flow.size_of(static_cast<index>(i)));
        for (const auto& branch : all.equilibria.branches) {
            for (const auto& point : branch) {
                all.low[i] = std::min(all.low[i], std::max(point.x[i], low - width));
                all.high[i] = std::max(all.high[i], std::min(point.x[i], high + width));
            }
        }
        const double margin = std::max(0.06 * (all.high[i] - all.low[i]), all.high[i] == all.low[i] ? width / 2 : 0.0);
        all.low[i] -= margin;
        all.high[i] += margin;
    }
}

std::vector<double> equidistant(std::array<double, 2> range, index count) {
    std::vector<double> values;
    for (index k = 0; k < count; ++k) {
        values.push_back(range[0] + (range[1] - range[0]) * static_cast<double>(k) / static_cast<double>(count - 1));
    }
    return values;
}

/// Equidistant values, of which the nearest becomes the model's own.
std::vector<double> chosen_values(std::array<double, 2> range, index count, double own) {
    std::vector<double> values = equidistant(range, count);
    if (own >= range[0] && own <= range[1]) {
        auto nearest = std::min_element(values.begin(), values.end(),
                                        [&](double a, double b) { return std::abs(a - own) < std::abs(b - own); });
        const double step = (range[1] - range[0]) / static_cast<double>(count - 1);
        if (std::abs(*nearest - own) < 0.25 * step) {
            *nearest = own;
        } else {
            values.push_back(own);
            std::sort(values.begin(), values.end());
        }
    }
    return values;
}

bool moves(const PortraitValue& value, const Portrait& all) {
    const index count = value.trace.extent(1), n = value.trace.extent(0) - 1;
    for (index i = 0; i < n; ++i) {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (index k = 0; k < count; ++k) {
            if (value.trace(0, k) >= all.span / 2) {
                low = std::min(low, value.trace(i + 1, k));
                high = std::max(high, value.trace(i + 1, k));
            }
        }
        const auto at = static_cast<std::size_t>(i);
        if (high - low > 0.02 * (all.high[at] - all.low[at])) {
            return true;
        }
    }
    return false;
}

/// The model's own value; where nothing goes on there, the lowest at which something does.
index opening_value(const Portrait& all, double own) {
    const auto nearest = std::min_element(all.values.begin(), all.values.end(), [&](const auto& a, const auto& b) {
        return std::abs(a.parameter - own) < std::abs(b.parameter - own);
    });
    if (!moves(*nearest, all)) {
        const auto alive =
            std::find_if(all.values.begin(), all.values.end(), [&](const auto& value) { return moves(value, all); });
        if (alive != all.values.end()) {
            return alive - all.values.begin();
        }
    }
    return nearest - all.values.begin();
}

}  // namespace

Portrait portrait(const Model& model, const PortraitOptions& options) {
    check_model(model);
    require(options.values >= 2 && options.values <= 201,
            [&] { return "a page shows 2 … 201 values of a parameter; got " + text_of(options.values); });
    Portrait all;
    all.model = model;
    all.preset = options.preset;
    all.parameters = language::parameter_values(model, options.preset, options.given);
    require(std::isfinite(options.span) && options.span >= 0, "the length of traces must be a positive time");
    all.span = options.span > 0 ? options.span : model.span > 0 ? model.span : 100 * model.time_scale;
    const std::string name = options.parameter.empty() ? varied_parameter(model) : options.parameter;
    require(!name.empty() || !options.range, "a range was given, but no parameter to vary over it");

    Subject subject{all.model, all.preset, all.parameters, dynamics::flow(model, options.preset, options.given), -1};
    if (!name.empty()) {
        subject.varied = all.parameter = dynamics::parameter_index(subject.flow, name);
        require(language::find_parameter(model, name)->type == language::Type::real,
                [&] { return "'" + name + "' is no real number: a diagram can't vary it"; });
        all.range = options.range ? *options.range : varied_range(model, options, name);
        require(std::isfinite(all.range[0]) && std::isfinite(all.range[1]) && all.range[0] < all.range[1],
                [&] { return "the range of '" + name + "' must be finite and ascending"; });
        for (const double end : all.range) {  // says so if it may not have that value
            auto given = options.given;
            given[name] = end;
            language::parameter_values(model, options.preset, given);
        }
    } else {
        const std::string names = joined(names_of(model.parameters));
        all.hint = names.empty() ? "The model has no parameters to vary."
                                 : "No parameter was named to vary, so there is no diagram. Name one of " + names +
                                       " with --parameter and its range with --range LOW:HIGH.";
    }
    all.remarks = left_out(model, name);
    if (subject.flow.driven) {
        all.remarks.push_back("The equations depend on time: plane, equilibria and diagram are those at t = 0.");
        subject.flow.driven = false;
    }
    if (subject.flow.resets) {
        all.remarks.push_back("Plane and diagram are those of the equations between events.");
        subject.flow.resets = false;
        subject.flow.fires = nullptr;
    }

    const double own = subject.varied < 0 ? 0 : subject.flow.p0[static_cast<std::size_t>(subject.varied)];
    const auto values = subject.varied < 0 ? std::vector<double>{0} : chosen_values(all.range, options.values, own);
    if (subject.varied >= 0 && jumps(model)) {
        all.rates = rates_at(equidistant(all.range, rate_values), subject, options, all.span, all.remarks);
    } else if (subject.varied >= 0) {
        add_branches(all, subject);
    }
    all.values.resize(values.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
        all.values[k].parameter = values[k];
    }
    add_traces(all.values, subject, all.span, all.remarks);
    for (PortraitValue& value : all.values) {
        points_from_diagram(value, subject, all.equilibria);
    }
    measure(all, subject.flow);
    all.first = subject.varied < 0 ? 0 : opening_value(all, own);
    {
        Progress progress("Phase planes", static_cast<index>(values.size()));
        parallel_for(static_cast<index>(values.size()), [&](index k) {
            plane_into(all.values[static_cast<std::size_t>(k)], subject, all);
            progress.advance();
        });
    }
    return all;
}

}  // namespace ranvier::report
