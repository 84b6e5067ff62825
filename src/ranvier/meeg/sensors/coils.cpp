#include "ranvier/meeg/sensors/coils.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

namespace {

using Spot = CoilShape::Spot;
using Spots = std::vector<Spot>;

/// Which loops a coil has, and how their area is sampled where more than a point is asked for.
enum class Layout {
    point,   // a point whatever the accuracy
    grid,    // a square of side `size` in 4 or 16 cells, 0.3 mm above the origin
    square,  // four points at a quarter of the size
    circle,  // four points, or a circle's seven
    beside,  // two squares side by side
    planar,  // two rectangles side by side, wound against each other: signal over distance
    thick,   // two squares of two layers each
    cell,    // the volume of an optically pumped magnetometer: a row of six points, or six squares
    cube,    // its volume: nine points
};

/// A row of the table. Heights and inner points of planar coils: half-height, inner and outer [m].
struct Row {
    int number;
    CoilClass kind;
    Layout layout;
    double size, baseline;  // [m]
    double a = 0, b = 0, c = 0;
};

constexpr CoilClass mag = CoilClass::magnetometer, axial = CoilClass::axial_gradiometer,
                    flat = CoilClass::planar_gradiometer;

// Numbers are FIFF's.
constexpr Row table[] = {
    {2, flat, Layout::planar, 0.02789, 0.0162, 0.00768, 0.00544, 0.01111},       // Neuromag-122
    {2000, mag, Layout::point, 0, 0},                                            // a point
    {3012, flat, Layout::planar, 0.02639, 0.0168, 0.006713, 0.005891, 0.01079},  // VectorView, TRIUX
    {3013, flat, Layout::planar, 0.02639, 0.0168, 0.006713, 0.005891, 0.01079},
    {3014, flat, Layout::planar, 0.02639, 0.0168, 0.006713, 0.005891, 0.01079},
    {3015, flat, Layout::planar, 0.02639, 0.0168, 0.006713, 0.005891, 0.01079},
    {3021, mag, Layout::point, 0, 0},
    {3022, mag, Layout::grid, 0.0258, 0},
    {3023, mag, Layout::grid, 0.0258, 0},
    {3024, mag, Layout::grid, 0.021, 0},
    {3025, mag, Layout::grid, 0.028, 0},
    {4001, mag, Layout::circle, 0.023, 0, 0.00939, 0.004695, 0.008132},  // Magnes (4-D)
    {4002, axial, Layout::circle, 0.018, 0.05, 0.007348, 0.003674, 0.006364},
    {4003, mag, Layout::square, 0.03, 0},
    {4004, axial, Layout::square, 0.08, 0.135},
    {4005, axial, Layout::beside, 0.08, 0.135, 0.02},
    {5001, axial, Layout::circle, 0.018, 0.05, 0.007348, 0.003674, 0.006364},  // CTF
    {5002, mag, Layout::square, 0.016, 0},
    {5003, axial, Layout::square, 0.0344, 0.0786},
    {5004, axial, Layout::beside, 0.0344, 0.0786, 0.0085},
    {6001, axial, Layout::circle, 0.0155, 0.05, 0.006328, 0.003164, 0.00548},  // KIT
    {6002, mag, Layout::circle, 0.0155, 0, 0.006328, 0.003164, 0.00548},
    {7001, axial, Layout::square, 0.006, 0.05},  // BabySQUID, BabyMEG
    {7002, mag, Layout::circle, 0.01, 0, 0.004082, 0.002041, 0.003536},
    {7003, mag, Layout::circle, 0.02, 0, 0.008165, 0.004082, 0.007071},
    {7004, mag, Layout::circle, 0.02, 0, 0.008165, 0.004082, 0.007071},
    {7501, axial, Layout::circle, 0.01486, 0.0574, 0.006067, 0.003033, 0.005254},  // Artemis
    {7502, mag, Layout::square, 0.014848, 0},
    {7503, axial, Layout::square, 0.01486, 0.03},
    {8001, mag, Layout::cell, 0.0007, 0, 0.000175},  // optically pumped
    {8002, mag, Layout::cell, 0.0007, 0, 0.000175},
    {8101, mag, Layout::cell, 0.002, 0, 0.0005},
    {8201, mag, Layout::cube, 0.002, 0, 0.0005},
    {9001, axial, Layout::circle, 0.02, 0.05, 0.008165, 0.004082, 0.007071},    // KRISS
    {9101, axial, Layout::circle, 0.0205, 0.05, 0.008369, 0.004185, 0.007248},  // Compumedics
    {9102, axial, Layout::thick, 0.0166, 0.047, 0.0015},
};

void add_square(Spots& to, double weight, Point centre, double x, double y) {
    for (const double sx : {1.0, -1.0}) {
        for (const double sy : {1.0, -1.0}) {
            to.push_back({weight, {centre[0] + sx * x, centre[1] + sy * y, centre[2]}});
        }
    }
}

/// A loop, and for gradiometers a second one `baseline` above it, wound against it.
template <class Loop>
Spots loops(const Row& row, const Loop& loop) {
    Spots spots;
    loop(spots, 1.0, 0.0);
    if (row.kind == axial) {
        loop(spots, -1.0, row.baseline);
    }
    return spots;
}

Spots circle(const Row& row) {
    return loops(row, [&](Spots& to, double sign, double z) {
        to.push_back({sign / 4, {0, 0, z}});
        for (const double s : {1.0, -1.0}) {
            to.push_back({sign / 8, {s * row.a, 0, z}});
        }
        add_square(to, sign / 8, {0, 0, z}, row.b, row.c);
    });
}

Spots square(const Row& row) {
    return loops(row, [&](Spots& to, double sign, double z) {
        add_square(to, sign / 4, {0, 0, z}, row.size / 4, row.size / 4);
    });
}

Spots grid(const Row& row, bool accurate) {
    Spots spots;
    const int cells = accurate ? 4 : 2;
    for (int i = 0; i < cells; ++i) {
        for (int k = 0; k < cells; ++k) {
            const auto at = [&](int n) { return row.size * (n - (cells - 1) / 2.0) / cells; };
            spots.push_back({1.0 / (cells * cells), {at(i), at(k), 0.0003}});
        }
    }
    return spots;
}

Spots planar(const Row& row, CoilAccuracy accuracy) {
    // Weights are those of the makers' tables, which have six digits.
    const bool old = row.number == 2;
    const double z = old || (accuracy == CoilAccuracy::point && row.number >= 3014) ? 0 : 0.0003;
    Spots spots;
    for (const double side : {1.0, -1.0}) {
        if (accuracy == CoilAccuracy::point || (old && accuracy == CoilAccuracy::normal)) {
            spots.push_back({side * (old ? 61.7284 : 59.5238), {side * row.baseline / 2, 0, z}});
        } else if (accuracy == CoilAccuracy::normal) {
            for (const double y : {row.a, -row.a}) {
                spots.push_back({side * 29.7619, {side * row.baseline / 2, y, z}});
            }
        } else {
            for (const double x : {row.b, row.c}) {
                for (const double y : {row.a, -row.a}) {
                    spots.push_back({side * (old ? 15.1057 : 14.9858), {side * x, y, z}});
                }
            }
        }
    }
    return spots;
}

Spots cell(const Row& row, bool accurate) {
    Spots spots;
    for (int k = 0; k < 6; ++k) {
        const double x = 0.0005 * (k - 2.5);
        if (!accurate) {
            spots.push_back({0.1667, {x, 0, 0}});
            continue;
        }
        for (const double y : {row.a, -row.a}) {
            for (const double z : {row.a, -row.a}) {
                spots.push_back({0.0417, {x, y, z}});
            }
        }
    }
    return spots;
}

Spots spots_of(const Row& row, CoilAccuracy accuracy) {
    const bool accurate = accuracy == CoilAccuracy::accurate;
    if (row.layout == Layout::planar) {
        return planar(row, accuracy);
    }
    if (row.layout == Layout::beside) {
        Spots spots;
        for (const double side : {1.0, -1.0}) {
            if (accuracy == CoilAccuracy::point) {
                spots.push_back({side, {side * row.baseline / 2, 0, 0}});
            } else {
                add_square(spots, side / 4, {side * row.baseline / 2, 0, 0}, row.a, row.a);
            }
        }
        return spots;
    }
    if (accuracy == CoilAccuracy::point || row.layout == Layout::point ||
        (row.number == 7001 && accuracy == CoilAccuracy::normal)) {
        return loops(row, [](Spots& to, double sign, double z) { to.push_back({sign, {0, 0, z}}); });
    }
    switch (row.layout) {
        case Layout::grid: return grid(row, accurate);
        case Layout::cell: return cell(row, accurate);
        case Layout::circle: return accurate ? circle(row) : square(row);
        case Layout::thick:
            return loops(row, [&](Spots& to, double sign, double z) {
                for (const double layer : {0.0, row.a}) {
                    add_square(to, sign / 8, {0, 0, z + layer}, row.size / 4, row.size / 4);
                }
            });
        case Layout::cube: {
            Spots spots{{0.1111, {0, 0, 0}}};
            for (const double z : {row.a, -row.a}) {
                add_square(spots, 0.1111, {0, 0, z}, row.a, row.a);
            }
            return spots;
        }
        default: return square(row);
    }
}

}  // namespace

int coil_number(CoilType type) {
    switch (type) {
        case CoilType::point_magnetometer: return 2000;
        case CoilType::vv_planar_t1: return 3012;
        case CoilType::vv_planar_t2: return 3013;
        case CoilType::vv_planar_t3: return 3014;
        case CoilType::vv_mag_w: return 3021;
        case CoilType::vv_mag_t1: return 3022;
        case CoilType::vv_mag_t2: return 3023;
        case CoilType::vv_mag_t3: return 3024;
        default: return unnamed_number(type).value_or(0);
    }
}

CoilShape coil_shape(CoilType type, CoilAccuracy accuracy) {
    const int number = coil_number(type);
    const auto row = std::ranges::find(table, number, &Row::number);
    require(row != std::end(table), "coils of type ", text(type),
            " are not known: MEG sensors must be of VectorView, TRIUX, Magnes, CTF, KIT, BabyMEG, Artemis, KRISS, "
            "Compumedics, optically pumped, or points");
    return {row->kind, row->size, row->baseline, spots_of(*row, accuracy)};
}

void CoilSet::add(const CoilShape& shape, const std::array<double, 12>& loc) {
    for (const Spot& spot : shape.spots) {
        Point place, normal;
        for (std::size_t k = 0; k < 3; ++k) {
            place[k] = loc[k] + spot.r[0] * loc[3 + k] + spot.r[1] * loc[6 + k] + spot.r[2] * loc[9 + k];
            normal[k] = spot.weight * loc[9 + k];
        }
        places.push_back(place);
        normals.push_back(normal);
    }
    first.push_back(static_cast<index>(places.size()));
}

CoilSet coils_of(const Info& info, const std::vector<index>& picks, CoilAccuracy accuracy) {
    CoilSet set;
    for (const index k : picks) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        require(channel.has_position() && std::ranges::all_of(channel.loc, [](double x) { return std::isfinite(x); }),
                [&] { return "channel '" + channel.name + "' has no place and direction, which its coil needs"; });
        set.add(coil_shape(channel.coil_type, accuracy), channel.loc);
    }
    return set;
}

CoilSet moved(const CoilSet& coils, const Transform& transform) {
    CoilSet out = coils;
    const Point zero = applied(transform, {0, 0, 0});
    for (Point& place : out.places) {
        place = applied(transform, place);
    }
    for (Point& normal : out.normals) {
        normal = minus(applied(transform, normal), zero);
    }
    return out;
}

}  // namespace ranvier::meeg
