#include "ranvier/meeg/forward/forward_solution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/log.hpp"
#include "ranvier/meeg/forward/forward_sensors.hpp"
#include "ranvier/meeg/forward/lead_field.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

namespace {

Point row(View<const double, 2> points, index k) { return {points(k, 0), points(k, 1), points(k, 2)}; }

void say(const std::string& message) { log(LogLevel::info, message); }
std::string plural(index n, const char* one) { return text_of(n) + " " + one + (n == 1 ? "" : "s"); }

/// Positions of used points, in the frame that a transform leads to.
Array<double, 2> used_points(const SourceSpace& space, const Transform& transform) {
    Array<double, 2> out({space.n_used(), 3});
    for (index k = 0; k < space.n_used(); ++k) {
        const Point moved = applied(transform, row(space.points, space.vertices[static_cast<std::size_t>(k)]));
        std::ranges::copy(moved, out.view().row(k).begin());
    }
    return out;
}

/// Which points are inside of a closed surface. Those in a ball around its middle that no triangle reaches are, and
/// those farther than any point are not; the rest looks at the solid angle.
std::vector<bool> inside(const Surface& surface, View<const double, 2> points) {
    Array<double, 2> middle({1, 3});
    for (index k = 0; k < surface.n_points(); ++k) {
        for (index c = 0; c < 3; ++c) {
            middle(0, c) += surface.points(k, c) / static_cast<double>(surface.n_points());
        }
    }
    const Point centre = row(middle, 0);
    double within = std::numeric_limits<double>::infinity(), beyond = 0;
    for (index t = 0; t < surface.n_triangles(); ++t) {
        const Point a = row(surface.points, surface.triangles(t, 0));
        const Point normal = cross(minus(row(surface.points, surface.triangles(t, 1)), a),
                                   minus(row(surface.points, surface.triangles(t, 2)), a));
        if (norm(normal) > 0) {
            within = std::min(within, std::abs(dot(normal, minus(a, centre))) / norm(normal));
        }
    }
    for (index k = 0; k < surface.n_points(); ++k) {
        beyond = std::max(beyond, norm(minus(row(surface.points, k), centre)));
    }
    constexpr double tolerance = 1e-5;
    if (std::abs(solid_angles(surface, middle)[0] - 1) > tolerance) {
        within = 0;
    }
    std::vector<bool> out(static_cast<std::size_t>(points.extent(0)));
    std::vector<index> unsure;
    for (index k = 0; k < points.extent(0); ++k) {
        const double distance = norm(minus(row(points, k), centre));
        out[static_cast<std::size_t>(k)] = distance < within;
        if (distance >= within && distance <= beyond) {
            unsure.push_back(k);
        }
    }
    Array<double, 2> rest({std::ssize(unsure), 3});
    for (index k = 0; k < std::ssize(unsure); ++k) {
        std::ranges::copy(row(points, unsure[static_cast<std::size_t>(k)]), rest.view().row(k).begin());
    }
    const std::vector<double> seen = solid_angles(surface, rest);
    for (std::size_t k = 0; k < unsure.size(); ++k) {
        out[static_cast<std::size_t>(unsure[k])] = std::abs(seen[k] - 1) <= tolerance;
    }
    return out;
}

double distance_to_points(const Surface& surface, const Point& from) {
    double least = std::numeric_limits<double>::infinity();
    for (index k = 0; k < surface.n_points(); ++k) {
        const Point d = minus(row(surface.points, k), from);
        least = std::min(least, dot(d, d));
    }
    return std::sqrt(least);
}

const Surface& surface_of(const BemModel& model, int id) {
    const auto found =
        std::find_if(model.surfaces.begin(), model.surfaces.end(), [&](const Surface& s) { return s.id == id; });
    require(found != model.surfaces.end(), [&] { return "the boundary-element model has no " + surface_name(id); });
    return *found;
}

/// What bounds the brain, and the head.
struct Boundaries {
    const Surface *brain = nullptr, *head = nullptr;
    Point centre{};
    std::optional<double> brain_radius, head_radius;

    std::vector<bool> in_brain(View<const double, 2> points) const { return in(brain, brain_radius, points); }
    std::vector<bool> in_head(View<const double, 2> points) const {
        if (!head && !head_radius) {
            return std::vector<bool>(static_cast<std::size_t>(points.extent(0)));
        }
        return in(head, head_radius, points);
    }
    double distance(const Point& from) const {
        return brain          ? distance_to_points(*brain, from)
               : brain_radius ? std::abs(norm(minus(from, centre)) - *brain_radius)
                              : std::numeric_limits<double>::infinity();
    }

private:
    std::vector<bool> in(const Surface* surface, const std::optional<double>& radius,
                         View<const double, 2> points) const {
        if (surface) {
            return inside(*surface, points);
        }
        std::vector<bool> out(static_cast<std::size_t>(points.extent(0)), true);
        for (index k = 0; radius && k < points.extent(0); ++k) {
            out[static_cast<std::size_t>(k)] = norm(minus(row(points, k), centre)) <= *radius;
        }
        return out;
    }
};

/// Leaves out what lies outside of the brain or too near to its boundary.
void filter_sources(SourceSpaces& sources, const Boundaries& boundaries, const Transform& to_boundaries,
                    double mindist) {
    for (SourceSpace& space : sources.spaces) {
        const Array<double, 2> places = used_points(space, to_boundaries);
        const std::vector<bool> in = boundaries.in_brain(places);
        std::vector<index> kept;
        index outside = 0, close = 0;
        for (index k = 0; k < space.n_used(); ++k) {
            if (!in[static_cast<std::size_t>(k)]) {
                ++outside;
            } else if (mindist > 0 && boundaries.distance(row(places, k)) < mindist / 1000) {
                ++close;
            } else {
                kept.push_back(space.vertices[static_cast<std::size_t>(k)]);
            }
        }
        space.vertices = std::move(kept);
        if (outside > 0) {
            say("    " + plural(outside, "source") + " left out, not inside the inner skull");
        }
        if (close > 0) {
            say("    " + plural(close, "source") + " left out, nearer than " + text_of(mindist) + " mm to the inner skull");
        }
    }
}

}  // namespace

index ForwardSolution::n_sources() const {
    index n = 0;
    for (const SourceSpace& space : sources.spaces) {
        n += space.n_used();
    }
    return n;
}

void check(const ForwardSolution& forward) {
    const index n = forward.n_sources(), columns = forward.fixed() ? n : 3 * n;
    require(std::ssize(forward.names) == forward.n_channels(), [&] {
        return "a forward solution must have one name for each row; got " + text_of(forward.names.size()) + " and " +
               text_of(forward.n_channels());
    });
    require(forward.gain.extent(1) == columns, [&] {
        return "a forward solution of " + text_of(n) + " sources must have " + text_of(columns) + " columns; got " +
               text_of(forward.gain.extent(1));
    });
    require(forward.original.empty() ||
                forward.original.extent(1) == (forward.original_orientation == SourceOrientation::fixed ? n : 3 * n),
            "a forward solution must have three columns for each source as it was computed");
}

Array<double, 2> source_places(const SourceSpaces& sources) {
    index n = 0;
    for (const SourceSpace& space : sources.spaces) {
        n += space.n_used();
    }
    Array<double, 2> out({n, 3});
    index k = 0;
    for (const SourceSpace& space : sources.spaces) {
        for (const index v : space.vertices) {
            std::ranges::copy(row(space.points, v), out.view().row(k++).begin());
        }
    }
    return out;
}

void move_sources(SourceSpaces& sources, CoordFrame to, const Transform& mri_to_head) {
    for (SourceSpace& space : sources.spaces) {
        if (space.frame == to) {
            continue;
        }
        const Transform transform = mri_to_head.from == space.frame ? mri_to_head : exact_inverse(mri_to_head);
        require(transform.from == space.frame && transform.to == to, [&] {
            return "sources in " + text(space.frame) + " coordinates can't be brought to " + text(to) +
                   " coordinates by a transform between " + text(mri_to_head.from) + " and " + text(mri_to_head.to);
        });
        const auto& m = *transform.matrix;
        for (index k = 0; k < space.n_points(); ++k) {
            double *r = space.points.data() + 3 * k, *n = space.normals.data() + 3 * k;
            const Point at{r[0], r[1], r[2]}, along{n[0], n[1], n[2]};
            for (std::size_t i = 0; i < 3; ++i) {
                r[i] = m[i][0] * at[0] + m[i][1] * at[1] + m[i][2] * at[2] + m[i][3];
                n[i] = m[i][0] * along[0] + m[i][1] * along[1] + m[i][2] * along[2];
            }
        }
        space.frame = to;
    }
}

ForwardSolution make_forward_solution(const Info& info, const Transform& mri_to_head, const SourceSpaces& sources,
                                      const Conductor& conductor, const ForwardOptions& options) {
    require(options.on_inside == "raise" || options.on_inside == "warn" || options.on_inside == "ignore",
            "on_inside must be raise, warn or ignore; got " + options.on_inside);
    require(options.mindist >= 0, "mindist must be >= 0 mm; got ", options.mindist);
    ForwardSolution out;
    out.mri_to_head = mri_to_head.from == CoordFrame::head ? exact_inverse(mri_to_head) : mri_to_head;
    require(out.mri_to_head.from == CoordFrame::mri && out.mri_to_head.to == CoordFrame::head, [&] {
        return "trans must lead from MRI to head coordinates or back; it leads from " + text(mri_to_head.from) +
               " to " + text(mri_to_head.to);
    });
    out.sources = sources;
    out.sources.working_dir.clear();
    out.sources.command_line.clear();
    require(out.n_sources() > 0, "no sources are used in these source spaces: set their \"inuse\" or \"vertno\"");
    move_sources(out.sources, CoordFrame::head, out.mri_to_head);
    const ForwardSensors sensors =
        forward_sensors(info, {options.meg, options.eeg, options.ignore_ref, CoilAccuracy::accurate});
    say("Read " + plural(std::ssize(sensors.meg), "MEG channel") + " and " +
        plural(std::ssize(sensors.eeg), "EEG channel") + " from info");

    const Transform head_to_mri = exact_inverse(out.mri_to_head);
    Boundaries boundaries;
    Transform to_boundaries;  // none: they are in head coordinates
    to_boundaries.from = to_boundaries.to = CoordFrame::head;
    const BemModel* bem = nullptr;
    const LayeredSphere* sphere = nullptr;
    if (const auto* model = std::get_if<const BemModel*>(&conductor)) {
        bem = *model;
        require(bem->solved(), "the boundary-element model has no solution yet: use make_bem_solution()");
        require(
            sensors.eeg.empty() || bem->surfaces.size() > 1,
            "EEG needs a boundary-element model of three layers; this has one: use eeg=False, or make_bem_model with "
            "three conductivities");
        boundaries.brain = &surface_of(*bem, surface_id::inner_skull);
        boundaries.head = bem->surfaces.size() == 3 ? &surface_of(*bem, surface_id::head) : boundaries.brain;
        if (boundaries.brain->frame != CoordFrame::head) {
            to_boundaries = head_to_mri;
        }
    } else {
        sphere = std::get<const LayeredSphere*>(conductor);
        boundaries.centre = sphere->centre;
        if (!sphere->layers.empty()) {
            boundaries.brain_radius = sphere->layers.front().radius;
            boundaries.head_radius = sphere->layers.back().radius;
        }
    }
    filter_sources(out.sources, boundaries, to_boundaries, options.mindist);
    if (!sensors.meg.empty() && options.on_inside != "ignore") {
        Array<double, 2> centres({std::ssize(sensors.centres), 3});
        for (index k = 0; k < centres.extent(0); ++k) {
            std::ranges::copy(applied(to_boundaries, sensors.centres[static_cast<std::size_t>(k)]),
                              centres.view().row(k).begin());
        }
        const index n_inside = std::ranges::count(boundaries.in_head(centres), true);
        if (n_inside > 0) {
            const std::string message = plural(n_inside, "MEG sensor") + " inside the " +
                                        (sphere                      ? "outermost sphere shell"
                                         : bem->surfaces.size() == 3 ? "scalp surface"
                                                                     : "inner skull surface") +
                                        ": look at trans, dev_head_t and the frame of the conductor";
            require(options.on_inside == "warn", message);
            warn(message);
        }
    }
    require(out.n_sources() > 0, "no source is left inside the inner skull and farther from it than mindist");

    const Array<double, 2> places = source_places(out.sources);
    say("Computing " + plural(std::ssize(sensors.meg) + std::ssize(sensors.eeg), "channel") + " at " +
        plural(out.n_sources(), "source location") + " (free orientations)...");
    out.gain = bem ? lead_field(*bem, to_boundaries, sensors, places) : lead_field(*sphere, sensors, places);

    std::vector<index> rows = sensors.meg;
    rows.insert(rows.end(), sensors.eeg.begin(), sensors.eeg.end());
    for (const index k : rows) {
        out.names.push_back(info.channels[static_cast<std::size_t>(k)].name);
    }
    std::ranges::sort(rows);
    out.info.sfreq = info.sfreq;
    out.info.lowpass = info.lowpass;
    out.info.highpass = info.highpass;
    out.info.channels = info.channels;
    out.info.bads = info.bads;
    out.info.compensations = info.compensations;
    out.info.dev_head_t = info.dev_head_t;
    out.info.custom_ref_applied = info.custom_ref_applied;
    pick_channels(out.info, rows);
    convert_forward_solution(out, {});
    return out;
}

}  // namespace ranvier::meeg
