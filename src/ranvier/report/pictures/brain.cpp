#include "ranvier/report/pictures/brain.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/report/page/base64.hpp"

namespace ranvier::report {

namespace {

using meeg::Point;
using Colour = std::array<double, 3>;  // 0 to 255

constexpr Colour grey{178, 178, 178}, white{247, 247, 247}, blue{33, 102, 172}, red{178, 24, 43};

Colour between(const Colour& a, const Colour& b, double share) {
    return {a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2])};
}

Colour colour_of(double value, double limit) {
    return std::isnan(value) ? grey : between(white, value < 0 ? blue : red, std::min(std::abs(value) / limit, 1.0));
}

/// Across the picture to the right, up, and towards the viewer.
Point seen(const double* p, BrainView view) {
    switch (view) {
        case BrainView::left: return {-p[1], p[2], -p[0]};
        case BrainView::right: return {p[1], p[2], p[0]};
        default: return {p[0], p[1], p[2]};
    }
}

/// What is nearest to the viewer at each place.
struct Canvas {
    index size;
    std::vector<double> depth;
    std::vector<Colour> colours;
    explicit Canvas(index n)
        : size(n),
          depth(static_cast<std::size_t>(n * n), -std::numeric_limits<double>::infinity()),
          colours(depth.size()) {}

    /// @param corners  in places of the canvas, z towards the viewer
    void triangle(const std::array<Point, 3>& corners, const std::array<Colour, 3>& tints) {
        const auto& [a, b, c] = corners;
        const double area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        if (area == 0) {
            return;
        }
        const auto from = [&](std::size_t axis) {
            return std::max<index>(0, static_cast<index>(std::floor(std::min({a[axis], b[axis], c[axis]}))));
        };
        const auto to = [&](std::size_t axis) {
            return std::min<index>(size - 1, static_cast<index>(std::ceil(std::max({a[axis], b[axis], c[axis]}))));
        };
        for (index y = from(1); y <= to(1); ++y) {
            for (index x = from(0); x <= to(0); ++x) {
                const double px = static_cast<double>(x) + 0.5, py = static_cast<double>(y) + 0.5;
                const double u = ((b[0] - px) * (c[1] - py) - (b[1] - py) * (c[0] - px)) / area;
                const double v = ((c[0] - px) * (a[1] - py) - (c[1] - py) * (a[0] - px)) / area;
                const double w = 1 - u - v;
                const double z = u * a[2] + v * b[2] + w * c[2];
                const auto at = static_cast<std::size_t>(y * size + x);
                if (u >= 0 && v >= 0 && w >= 0 && z > depth[at]) {
                    depth[at] = z;
                    for (std::size_t k = 0; k < 3; ++k) {
                        colours[at][k] = u * tints[0][k] + v * tints[1][k] + w * tints[2][k];
                    }
                }
            }
        }
    }
};

constexpr index finer = 2;  // places of the canvas for each pixel, along each axis

Pixels averaged(const Canvas& canvas, index size) {
    Pixels pixels({size, size, 4});
    for (index y = 0; y < size; ++y) {
        for (index x = 0; x < size; ++x) {
            Colour sum{};
            int n = 0;
            for (index k = 0; k < finer * finer; ++k) {
                const auto at = static_cast<std::size_t>((finer * y + k / finer) * canvas.size + finer * x + k % finer);
                if (std::isfinite(canvas.depth[at])) {
                    sum = {sum[0] + canvas.colours[at][0], sum[1] + canvas.colours[at][1],
                           sum[2] + canvas.colours[at][2]};
                    ++n;
                }
            }
            for (std::size_t k = 0; n > 0 && k < 3; ++k) {
                pixels(y, x, k) = static_cast<std::uint8_t>(std::lround(sum[k] / n));
            }
            pixels(y, x, 3) = static_cast<std::uint8_t>(255 * n / (finer * finer));
        }
    }
    return pixels;
}

}  // namespace

Pixels brain_pixels(const meeg::SourceSpaces& surfaces, const std::vector<std::vector<double>>& values, double limit,
                    BrainView view, index size) {
    require(limit > 0, "the limit of colours must be > 0; got ", limit);
    require(values.size() == surfaces.spaces.size(), "a brain has values for each of its surfaces");
    Point low, high;
    low.fill(std::numeric_limits<double>::infinity());
    high.fill(-std::numeric_limits<double>::infinity());
    for (std::size_t s = 0; s < values.size(); ++s) {
        const meeg::SourceSpace& space = surfaces.spaces[s];
        require(std::ssize(values[s]) == space.n_points(), "a surface of ", space.n_points(),
                " points needs as many values; got ", std::ssize(values[s]));
        require(space.triangles.extent(0) > 0, "a surface without triangles can't be drawn");
        for (index k = 0; k < 3 * space.n_points(); ++k) {
            const auto axis = static_cast<std::size_t>(k % 3);
            low[axis] = std::min(low[axis], space.points.data()[k]);
            high[axis] = std::max(high[axis], space.points.data()[k]);
        }
    }
    const double extent = std::max({high[0] - low[0], high[1] - low[1], high[2] - low[2]});
    const Point middle = meeg::scaled({low[0] + high[0], low[1] + high[1], low[2] + high[2]}, 0.5);
    const Point centre = seen(middle.data(), view);
    Canvas canvas(finer * size);
    const double scale = 0.96 * static_cast<double>(canvas.size) / extent;
    for (std::size_t s = 0; s < values.size(); ++s) {
        const meeg::SourceSpace& space = surfaces.spaces[s];
        const Array<double, 2> normals = meeg::vertex_normals(space.points, space.triangles);
        const auto tint = [&](index p) {
            const double light = std::max(seen(normals.data() + 3 * p, view)[2], 0.0);
            return between({0, 0, 0}, colour_of(values[s][static_cast<std::size_t>(p)], limit), 0.35 + 0.65 * light);
        };
        const auto place = [&](index p) {
            const Point q = meeg::minus(seen(space.points.data() + 3 * p, view), centre);
            const double half = static_cast<double>(canvas.size) / 2;
            return Point{half + scale * q[0], half - scale * q[1], scale * q[2]};
        };
        for (index t = 0; t < space.triangles.extent(0); ++t) {
            const index a = space.triangles(t, 0), b = space.triangles(t, 1), c = space.triangles(t, 2);
            canvas.triangle({place(a), place(b), place(c)}, {tint(a), tint(b), tint(c)});
        }
    }
    return averaged(canvas, size);
}

std::string brain_svg(const meeg::SourceSpaces& surfaces, const BrainValues& conditions, double limit,
                      const std::string& unit) {
    constexpr index panel = 240, left = 90, head = 26, foot = 54;
    const index height = head + panel * std::ssize(conditions) + foot, width = left + 3 * panel;
    const auto text = [](index x, index y, const std::string& words) {
        std::string safe;
        for (const char c : words) {
            safe += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
        }
        return "<text x=\"" + text_of(x) + "\" y=\"" + text_of(y) + "\">" + safe + "</text>";
    };
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + text_of(width) + "\" height=\"" +
                      text_of(height) + "\" viewBox=\"0 0 " + text_of(width) + " " + text_of(height) +
                      "\" font-family=\"sans-serif\" font-size=\"14\" fill=\"#777\" text-anchor=\"middle\">";
    const std::array<std::pair<BrainView, std::string>, 3> views{
        {{BrainView::left, "from the left"}, {BrainView::above, "from above"}, {BrainView::right, "from the right"}}};
    for (index v = 0; v < 3; ++v) {
        svg += text(left + panel * v + panel / 2, head - 8, views[static_cast<std::size_t>(v)].second);
    }
    for (index c = 0; c < std::ssize(conditions); ++c) {
        const auto& [name, values] = conditions[static_cast<std::size_t>(c)];
        svg += text(left / 2, head + panel * c + panel / 2, name);
        for (index v = 0; v < 3; ++v) {
            const Pixels pixels =
                brain_pixels(surfaces, values, limit, views[static_cast<std::size_t>(v)].first, panel);
            svg += "<image x=\"" + text_of(left + panel * v) + "\" y=\"" + text_of(head + panel * c) + "\" width=\"" +
                   text_of(panel) + "\" height=\"" + text_of(panel) + "\" href=\"data:image/png;base64," +
                   base64(png(pixels)) + "\"/>";
        }
    }
    constexpr index bar = 240, steps = 48;
    const index x0 = left + 3 * panel / 2 - bar / 2, y0 = height - foot + 12;
    for (index k = 0; k < steps; ++k) {
        const Colour c = colour_of(limit * (2 * (static_cast<double>(k) + 0.5) / steps - 1), limit);
        svg += "<rect x=\"" + text_of(x0 + bar / steps * k) + "\" y=\"" + text_of(y0) + "\" width=\"" +
               text_of(bar / steps) + "\" height=\"12\" fill=\"rgb(" + text_of(std::lround(c[0])) + "," +
               text_of(std::lround(c[1])) + "," + text_of(std::lround(c[2])) + ")\"/>";
    }
    svg += text(x0, y0 + 30, "−" + formatted("%.4g ", limit) + unit) + text(x0 + bar / 2, y0 + 30, "0") +
           text(x0 + bar, y0 + 30, "+" + formatted("%.4g ", limit) + unit);
    return svg + "</svg>";
}

}  // namespace ranvier::report
