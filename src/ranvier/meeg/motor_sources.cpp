#include "ranvier/meeg/motor_sources.hpp"

#include <algorithm>
#include <limits>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/anatomy/decimation.hpp"
#include "ranvier/meeg/anatomy/spheres.hpp"
#include "ranvier/meeg/inverse/sensors_to_sources.hpp"
#include "ranvier/meeg/noise/covariance.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

namespace {

constexpr double baseline_from = -1, baseline_to = 0;                                            // [s]
constexpr double eeg_noise = 0.2e-6;                                                             // [V]
const std::vector<double> radii{0.90, 0.92, 0.97, 1.0}, conductivities{0.33, 1.0, 0.004, 0.33};  // [1], [S/m]

std::size_t at(index k) { return static_cast<std::size_t>(k); }

/// The average reference as a projection that has been applied, which is what subtracting the mean was.
Info with_projection(Info info) {
    info.custom_ref_applied = CustomReference::off;
    info.projections = {};
    info.projections.push_back(average_reference(info));
    activate_projections(info);
    return info;
}

Covariance even_noise(const Info& info) {
    Covariance noise;
    noise.names = channel_names(info);
    noise.diagonal = true;
    noise.data = Array<double, 2>({1, info.n_channels()});
    std::fill_n(noise.data.data(), noise.data.size(), eeg_noise * eeg_noise);
    noise.projections = info.projections;
    noise.nfree = 0;
    return noise;
}

/// Covariances of a band around the events of epochs that were kept: before the cue, and in the task.
std::array<Array<double, 2>, 2> before_and_in(const std::shared_ptr<const Raw>& band, const Epochs& kept) {
    EpochsOptions options;
    options.tmin = baseline_from;
    options.tmax = MotorImagery::erd_to;
    options.baseline.reset();
    options.proj = Projecting::no;
    options.reject_by_annotation = false;
    const Epochs epochs = make_epochs(band, kept.events, kept.event_id, options);
    const auto over = [&](double from, double to) {
        CovarianceOptions window;
        window.tmin = from;
        window.tmax = to;
        return compute_covariances({&epochs}, window).front().data;
    };
    return {over(baseline_from, baseline_to), over(MotorImagery::erd_from, MotorImagery::erd_to)};
}

/// Values of sources, at all points of each space; NaN at those that are not used.
std::vector<std::vector<double>> spread_out(const std::vector<double>& values, const SourceSpaces& sources) {
    std::vector<std::vector<double>> out;
    std::size_t k = 0;
    for (const SourceSpace& space : sources.spaces) {
        out.emplace_back(at(space.n_points()), std::numeric_limits<double>::quiet_NaN());
        for (const index vertex : space.vertices) {
            out.back()[at(vertex)] = values[k++];
        }
    }
    return out;
}

template <class Visit>
void each_point(const ImagerySurface& surface, const std::vector<std::vector<double>>& values, Visit&& visit) {
    for (std::size_t s = 0; s < values.size(); ++s) {
        const auto& points = surface.sources.spaces[s].points;
        for (std::size_t k = 0; k < values[s].size(); ++k) {
            if (const double* p = points.data() + 3 * k; !std::isnan(values[s][k])) {
                visit(Point{p[0], p[1], p[2]}, values[s][k]);
            }
        }
    }
}

MotorSources::Peak lowest(const ImagerySurface& surface, const std::vector<std::vector<double>>& values,
                          const std::string& task, const std::string& side) {
    MotorSources::Peak peak{task, side, {}, std::numeric_limits<double>::infinity()};
    each_point(surface, values, [&](const Point& place, double value) {
        if ((place[0] < 0) == (side == "left") && value < peak.change) {
            peak.place = place;
            peak.change = value;
        }
    });
    return peak;
}

double mean_around(const ImagerySurface& surface, const std::vector<std::vector<double>>& values, const Point& centre) {
    double sum = 0, n = 0;
    each_point(surface, values, [&](const Point& place, double value) {
        if (norm(minus(place, centre)) <= ImagerySurface::area_radius) {
            sum += value;
            ++n;
        }
    });
    return sum / n;
}

}  // namespace

ImagerySurface imagery_shell(const Info& info, int grade) {
    const HeadSphere head = head_sphere(info);
    const double radius = 0.85 * radii.front() * head.radius;
    ImagerySurface out;
    out.name = "a sphere below the inner skull";
    out.coordinates = "head";
    out.to_head.from = CoordFrame::mri;  // which are one here
    out.to_head.to = CoordFrame::head;
    Surface shell = icosahedron(grade);
    shell.frame = CoordFrame::head;
    for (index k = 0; k < shell.n_points(); ++k) {
        for (index axis = 0; axis < 3; ++axis) {
            shell.points(k, axis) = head.centre[at(axis)] + radius * shell.points(k, axis);
        }
    }
    out.sources.spaces.push_back(whole_surface(shell));
    for (const auto& [area, channel] :
         {std::pair("left hand area", "C3"), std::pair("foot area", "Cz"), std::pair("right hand area", "C4")}) {
        const Point place = info.channels[at(channel_index(info, channel))].position();
        const Point direction = minus(place, head.centre);
        Point below = scaled(direction, radius / norm(direction));
        for (std::size_t axis = 0; axis < 3; ++axis) {
            below[axis] += head.centre[axis];
        }
        out.areas.push_back({area, below});
    }
    return out;
}

ImagerySurface imagery_cortex(Surface left, Surface right, const Transform& trans) {
    ImagerySurface out;
    out.name = "fsaverage's cortex";
    out.coordinates = "MNI";
    out.to_head = trans;
    left.id = surface_id::left_hemisphere;
    right.id = surface_id::right_hemisphere;
    for (const Surface* side : {&left, &right}) {
        out.sources.spaces.push_back(whole_surface(*side));
        out.sources.spaces.back().subject = "fsaverage";
    }
    out.areas = {{"left hand area", {-0.037, -0.021, 0.058}},
                 {"foot area", {0, -0.028, 0.066}},
                 {"right hand area", {0.037, -0.021, 0.058}}};
    return out;
}

MotorSources motor_sources(const MotorImagery& found, const ImagerySurface& surface, const Step& step) {
    MotorSources out;
    Info info = found.raw.info;
    pick_channels(info, pick_types(info, {ChannelType::eeg}));
    info = with_projection(info);
    ForwardSolution forward;
    step("Forward solution, sphere", [&] {
        const HeadSphere fitted = head_sphere(info);
        out.head = layered_sphere(fitted.centre, fitted.radius, radii, conductivities);
        forward = make_forward_solution(info, surface.to_head, surface.sources, &out.head, {.meg = false});
        out.n_sources = forward.n_sources();
    });
    InverseKernel kernel;
    std::vector<index> rows;
    step("Inverse operator (dSPM)", [&] {
        const MinimumNormOptions options;
        SensorsToSources way =
            sensors_to_sources(make_inverse_operator(info, forward, even_noise(info), options), info, 1, options);
        kernel = std::move(way.kernel);
        rows = std::move(way.picks);
    });
    step("Power of sources, 8 to 13 Hz", [&] {
        Raw raw = found.raw;
        pick(raw, pick_types(raw.info, {ChannelType::eeg}));
        FilterOptions band;
        band.l_freq = MotorImagery::mu_low;
        band.h_freq = MotorImagery::mu_high;
        filter(raw, band);
        const auto filtered = std::make_shared<const Raw>(std::move(raw));
        const auto change = [&](const Epochs& epochs) {
            const auto covariances = before_and_in(filtered, epochs);
            std::array<std::vector<double>, 2> power;
            for (std::size_t k = 0; k < 2; ++k) {
                Array<double, 2> own({std::ssize(rows), std::ssize(rows)});
                for (index i = 0; i < std::ssize(rows); ++i) {
                    for (index j = 0; j < std::ssize(rows); ++j) {
                        own(i, j) = covariances[k](rows[at(i)], rows[at(j)]);
                    }
                }
                power[k] = source_power(kernel, own);
            }
            for (std::size_t s = 0; s < power[0].size(); ++s) {
                power[1][s] = 100 * (power[1][s] / power[0][s] - 1);
            }
            return spread_out(power[1], forward.sources);
        };
        out.hands = change(found.hands);
        out.feet = change(found.feet);
    });
    for (const char* side : {"left", "right"}) {
        out.peaks.push_back(lowest(surface, out.hands, "hands", side));
    }
    for (const char* side : {"left", "right"}) {
        out.peaks.push_back(lowest(surface, out.feet, "feet", side));
    }
    for (const ImagerySurface::Area& area : surface.areas) {
        out.areas.push_back(
            {area.name, mean_around(surface, out.hands, area.place), mean_around(surface, out.feet, area.place)});
    }
    out.parameters = {
        {"sources", surface.name + ": " + text_of(out.n_sources) + " in four shells around " +
                        formatted("(%.0f, ", 1e3 * out.head.centre[0]) + formatted("%.0f, ", 1e3 * out.head.centre[1]) +
                        formatted("%.0f) mm, scalp at ", 1e3 * out.head.centre[2]) +
                        formatted("%.0f mm", 1e3 * out.head.layers.back().radius)},
        {"power of sources", "dSPM of covariances, 8 to 13 Hz, signal to noise 3, loose 0.2, depth 0.8"}};
    return out;
}

}  // namespace ranvier::meeg
