#include "ranvier/meeg/anatomy/label.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/text.hpp"

namespace ranvier::meeg {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }

bool has(const Label& label, std::int64_t vertex) {
    return std::binary_search(label.vertices.data(), label.vertices.data() + label.n_vertices(), vertex);
}

void same_subject(const Label& a, const Label& b) {
    require(a.subject == b.subject, [&] {
        return "labels that are put together must be of one subject; got '" + a.subject.value_or("None") + "' and '" +
               b.subject.value_or("None") + "'; set their subject";
    });
}

std::string name_of(const Label& label) { return label.name && !label.name->empty() ? *label.name : "unnamed"; }

/// Hue, saturation and lightness (value), each 0 to 1, and back.
std::array<double, 3> hsv_of(double r, double g, double b) {
    const double high = std::max({r, g, b}), low = std::min({r, g, b}), range = high - low;
    if (range == 0) {
        return {0, 0, high};
    }
    const double red = (high - r) / range, green = (high - g) / range, blue = (high - b) / range;
    const double h = (r == high ? blue - green : g == high ? 2 + red - blue : 4 + green - red) / 6;
    return {h - std::floor(h), range / high, high};
}
std::array<double, 3> rgb_of(double h, double s, double v) {
    const double sixth = std::floor(h * 6), f = h * 6 - sixth;
    const double p = v * (1 - s), q = v * (1 - s * f), t = v * (1 - s * (1 - f));
    switch (static_cast<int>(sixth) % 6) {
        case 0: return {v, t, p};
        case 1: return {q, v, p};
        case 2: return {p, v, t};
        case 3: return {p, q, v};
        case 4: return {t, p, v};
        default: return {v, p, q};
    }
}

/// Room for n vertices; the rest is that of `like`.
Label sized(const Label& like, index n) {
    Label made;
    made.vertices = Array<std::int64_t, 1>({n});
    made.places = Array<double, 2>({n, 3});
    made.values = Array<double, 1>({n});
    made.hemisphere = like.hemisphere;
    made.comment = like.comment;
    made.name = like.name;
    made.subject = like.subject;
    made.colour = like.colour;
    return made;
}

void put(Label& to, index k, std::int64_t vertex, const double* place, double value) {
    to.vertices(k) = vertex;
    std::copy(place, place + 3, to.places.data() + 3 * k);
    to.values(k) = value;
}
void put(Label& to, index k, const Label& from, index j) {
    put(to, k, from.vertices(j), from.places.data() + 3 * j, from.values(j));
}

}  // namespace

void check(const Label& label) {
    const index n = label.n_vertices();
    require(label.values.extent(0) == n && label.places.extent(0) == n && (n == 0 || label.places.extent(1) == 3), [&] {
        return "a label must have one value and one place for each vertex; got " + text_of(n) + " vertices, " +
               text_of(label.values.extent(0)) + " values and " + text_of(label.places.extent(0)) + " places";
    });
    for (index k = 0; k < n; ++k) {
        require(label.vertices(k) >= 0 && (k == 0 || label.vertices(k) > label.vertices(k - 1)), [&] {
            return "vertices must rise, from 0 on; number " + text_of(k) + " is " +
                   text_of(label.vertices(k));
        });
    }
    require(label.hemisphere == "lh" || label.hemisphere == "rh" || label.hemisphere.empty(),
            [&] { return "hemi must be \"lh\" or \"rh\"; got '" + label.hemisphere + "'"; });
}

Label kept(const Label& label, const std::vector<bool>& keep) {
    Label made = sized(label, std::count(keep.begin(), keep.end(), true));
    index to = 0;
    for (index k = 0; k < label.n_vertices(); ++k) {
        if (keep[at(k)]) {
            put(made, to++, label, k);
        }
    }
    return made;
}

Label sum(const Label& a, const Label& b) {
    check(a);
    check(b);
    same_subject(a, b);
    require(a.hemisphere == b.hemisphere, "labels of two hemispheres make a BiHemiLabel");
    index twice = 0;
    for (index k = 0; k < b.n_vertices(); ++k) {
        twice += has(a, b.vertices(k));
    }
    Label made = sized(a, a.n_vertices() + b.n_vertices() - twice);
    for (index i = 0, j = 0, k = 0; k < made.n_vertices(); ++k) {
        const bool of_a = i < a.n_vertices() && (j == b.n_vertices() || a.vertices(i) <= b.vertices(j));
        if (of_a && j < b.n_vertices() && a.vertices(i) == b.vertices(j)) {
            require(std::equal(a.places.data() + 3 * i, a.places.data() + 3 * i + 3, b.places.data() + 3 * j), [&] {
                return "vertices of both of the labels '" + name_of(a) + "' and '" + name_of(b) +
                       "' must lie at the same places; vertex " + text_of(a.vertices(i)) + " does not";
            });
            put(made, k, a.vertices(i), a.places.data() + 3 * i, a.values(i) + b.values(j));
            ++i;
            ++j;
        } else if (of_a) {
            put(made, k, a, i++);
        } else {
            put(made, k, b, j++);
        }
    }
    made.comment = a.comment + " + " + b.comment;
    made.name = name_of(a) + " + " + name_of(b);
    made.colour = a.colour && b.colour ? std::optional(blended(*a.colour, *b.colour)) : a.colour ? a.colour : b.colour;
    return made;
}

Label difference(const Label& a, const Label& b) {
    check(a);
    check(b);
    same_subject(a, b);
    std::vector<bool> keep(at(a.n_vertices()), true);
    for (index k = 0; a.hemisphere == b.hemisphere && k < a.n_vertices(); ++k) {
        keep[at(k)] = !has(b, a.vertices(k));
    }
    Label made = kept(a, keep);
    made.name = name_of(a) + " - " + name_of(b);
    return made;
}

std::array<double, 4> blended(const std::array<double, 4>& a, const std::array<double, 4>& b) {
    const auto x = hsv_of(a[0], a[1], a[2]), y = hsv_of(b[0], b[1], b[2]);
    const double apart = std::abs(x[0] - y[0]);
    double hue = apart < 0.5 ? std::min(x[0], y[0]) + apart / 2 : std::max(x[0], y[0]) + (1 - apart) / 2;
    hue -= std::floor(hue);
    const auto rgb = rgb_of(hue, (x[1] + y[1]) / 2, (x[2] + y[2]) / 2);
    return {rgb[0], rgb[1], rgb[2], (a[3] + b[3]) / 2};
}

Label filled(const Label& label, const SourceSpace& space) {
    check(label);
    for (index k = 0; k < label.n_vertices(); ++k) {
        require(std::binary_search(space.vertices.begin(), space.vertices.end(), label.vertices(k)), [&] {
            return "a label is filled from vertices that the source space uses; " + text_of(label.vertices(k)) +
                   " is not one of them";
        });
    }
    require(!space.nearest.empty(),
            "the source space must know which of its vertices is nearest to each point; use "
            "add_source_space_distances() with dist_limit=0");
    std::vector<index> points;
    for (index p = 0; p < std::ssize(space.nearest); ++p) {
        if (has(label, space.nearest[at(p)])) {
            points.push_back(p);
        }
    }
    Label made = sized(label, std::ssize(points));
    for (index k = 0; k < std::ssize(points); ++k) {
        const auto* found = std::lower_bound(label.vertices.data(), label.vertices.data() + label.n_vertices(),
                                             space.nearest[at(points[at(k)])]);
        put(made, k, points[at(k)], space.points.data() + 3 * points[at(k)],
            label.values(found - label.vertices.data()));
    }
    return made;
}

Label restricted(const Label& label, const SourceSpace& space) {
    check(label);
    std::vector<bool> keep;
    for (index k = 0; k < label.n_vertices(); ++k) {
        keep.push_back(std::binary_search(space.vertices.begin(), space.vertices.end(), label.vertices(k)));
    }
    return kept(label, keep);
}

}  // namespace ranvier::meeg
