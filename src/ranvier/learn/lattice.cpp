#include <algorithm>
#include <cmath>

#include "ranvier/learn/som.hpp"

namespace ranvier::learn {

namespace {

const double row_step = std::sqrt(0.75);

struct Offset {
    double x, y;
};

Offset place(const MapShape& s, index unit) {
    const index row = unit / s.columns, column = unit % s.columns;
    const bool hexagonal = s.lattice == Lattice::hexagonal;
    return {static_cast<double>(column) + (hexagonal && row % 2 == 1 ? 0.5 : 0),
            static_cast<double>(row) * (hexagonal ? row_step : 1)};
}

}  // namespace

void require_shape(const MapShape& s) {
    require(s.rows >= 1 && s.columns >= 1, "a map needs at least one row and one column; got ", s.rows, " × ",
            s.columns);
    require(s.rows <= 1'000'000 && s.columns <= 1'000'000 && s.units() <= 2'000'000'000,
            "a map has at most 2e9 units; got ", s.rows, " × ", s.columns);
    require(!(s.toroidal && s.lattice == Lattice::hexagonal && s.rows % 2 == 1 && s.rows > 1),
            "a hexagonal torus closes with an even number of rows only; got ", s.rows);
}

Array<double, 2> positions(const MapShape& s) {
    require_shape(s);
    Array<double, 2> result({s.units(), 2});
    for (index u = 0; u < s.units(); ++u) {
        const Offset p = place(s, u);
        result(u, 0) = p.x;
        result(u, 1) = p.y;
    }
    return result;
}

double squared_distance(const MapShape& s, index a, index b) {
    const Offset p = place(s, a), q = place(s, b);
    double dx = std::abs(p.x - q.x), dy = std::abs(p.y - q.y);
    if (s.toroidal) {
        const double width = static_cast<double>(s.columns);
        const double height = static_cast<double>(s.rows) * (s.lattice == Lattice::hexagonal ? row_step : 1);
        dx = std::min(dx, std::abs(width - dx));
        dy = std::min(dy, std::abs(height - dy));
    }
    return dx * dx + dy * dy;
}

bool adjacent(const MapShape& s, index a, index b) {
    // √2 between diagonal neighbours, 2 beyond them; 1 and √3 on a hexagonal lattice.
    const double limit = s.lattice == Lattice::hexagonal ? 1.5 : 2.5;
    return a != b && squared_distance(s, a, b) < limit;
}

double neighbourhood(Neighbourhood kind, double d2, double sigma) {
    const double r = d2 / (sigma * sigma);
    switch (kind) {
        case Neighbourhood::gaussian: return std::exp(-0.5 * r);
        case Neighbourhood::bubble: return d2 <= sigma * sigma * (1 + 1e-12) ? 1 : 0;
        case Neighbourhood::mexican_hat: return (1 - r) * std::exp(-0.5 * r);
    }
    throw InternalError("a kind of neighbourhood");
}

}  // namespace ranvier::learn
