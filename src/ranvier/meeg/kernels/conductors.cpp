#include "ranvier/meeg/kernels/conductors.hpp"

#include "ranvier/base/lane_math.hpp"

namespace ranvier::meeg::RANVIER_ISA {

namespace {

using namespace ::ranvier::RANVIER_ISA;

constexpr int width = lanes<double>;
using V = Vec<double>;

struct Three {
    V x, y, z;
};

RANVIER_INLINE Three at(const double* places, index ld, index i) {
    return {load(places + i), load(places + ld + i), load(places + 2 * ld + i)};
}
RANVIER_INLINE V dot(const Three& a, const Three& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
RANVIER_INLINE V dot(const double* a, const Three& b) { return a[0] * b.x + a[1] * b.y + a[2] * b.z; }
RANVIER_INLINE void put(double* out, index n, index i, const Three& v) {
    store(out + i, v.x);
    store(out + n + i, v.y);
    store(out + 2 * n + i, v.z);
}

void cross_sums(index n, const double* places, index ld, index n_points, const double* points, double* out) {
    for (index i = 0; i < n; i += width) {
        const Three t = at(places, ld, i);
        Three sum{};
        for (index k = 0; k < n_points; ++k) {
            const double *p = points + 6 * k, *c = p + 3;
            const Three d{p[0] - t.x, p[1] - t.y, p[2] - t.z};
            const V inverse = inverse_root(dot(d, d)), cube = inverse * inverse * inverse;
            sum.x += (d.y * c[2] - d.z * c[1]) * cube;
            sum.y += (d.z * c[0] - d.x * c[2]) * cube;
            sum.z += (d.x * c[1] - d.y * c[0]) * cube;
        }
        put(out, n, i, sum);
    }
}

void sphere_field(index n, const double* places, index ld, index n_points, const double* points, double* out) {
    for (index i = 0; i < n; i += width) {
        const Three s = at(places, ld, i);
        Three sum{};
        for (index k = 0; k < n_points; ++k) {
            // Sarvas 1987, eq. 25, for all moments at once: the moment's triple products with s are taken at the end.
            const double *p = points + 9 * k, *c = p + 3;
            const double r = p[6], inverse_r = p[7], along = p[8];
            const V across = dot(p, s);
            const Three d{p[0] - s.x, p[1] - s.y, p[2] - s.z};
            const V a2 = dot(d, d), inverse_a = inverse_root(a2), a = a2 * inverse_a;
            const V ar = r * r - across, ar_a = ar * inverse_a;
            const V F = a * (r * a + ar), inverse_F = reciprocal(F);
            const V to_r = a2 * inverse_r + ar_a + 2.0 * (a + r), to_s = a + 2 * r + ar_a;
            const V g = (to_s * dot(c, s) - to_r * along) * (inverse_F * inverse_F);
            sum.x += c[0] * inverse_F + p[0] * g;
            sum.y += c[1] * inverse_F + p[1] * g;
            sum.z += c[2] * inverse_F + p[2] * g;
        }
        put(out, n, i, {s.y * sum.z - s.z * sum.y, s.z * sum.x - s.x * sum.z, s.x * sum.y - s.y * sum.x});
    }
}

void sphere_potential(index n, const double* places, index ld, index n_points, const double* points,
                      index n_equivalents, const double* equivalents, double* out) {
    for (index i = 0; i < n; i += width) {
        const Three s = at(places, ld, i);
        const V s2 = dot(s, s);
        Three sum{};
        V radial{};  // along s
        for (index k = 0; k < n_points; ++k) {
            const double* p = points + 5 * k;
            const double r = p[3], r2 = r * r, weight = p[4];
            const V ps = dot(p, s);
            for (index e = 0; e < n_equivalents; ++e) {
                // Mosher, Leahy & Lewis 1999, doi:10.1109/10.748978, eqs. 20-22, for a dipole at mu · s
                const double mu = equivalents[2 * e], share = weight * equivalents[2 * e + 1];
                const V along = mu * ps, d2 = (mu * mu) * s2;
                const V a2 = r2 - 2.0 * along + d2, inverse_a = inverse_root(a2), a = a2 * inverse_a;
                const V cube = 2.0 * inverse_a * inverse_a * inverse_a;
                const V F = a * (r * a + (r2 - along));
                const V c1 = cube * (along - d2) + inverse_a - 1 / r, c2 = cube + (a + r) / (r * F);
                const V on_s = d2 > 0 ? (c1 - c2 * along) / d2 : V{};  // as it goes to the centre: c2 p alone
                radial += (share * mu) * on_s;
                sum.x += (share * p[0]) * c2;
                sum.y += (share * p[1]) * c2;
                sum.z += (share * p[2]) * c2;
            }
        }
        put(out, n, i, {sum.x + radial * s.x, sum.y + radial * s.y, sum.z + radial * s.z});
    }
}

void potential(index n, const double* places, index ld, const double* source, double* out, index out_ld) {
    for (index i = 0; i < n; i += width) {
        const Three t = at(places, ld, i);
        const Three d{t.x - source[0], t.y - source[1], t.z - source[2]};
        const V inverse = inverse_root(dot(d, d)), cube = inverse * inverse * inverse;
        put(out, out_ld, i, {d.x * cube, d.y * cube, d.z * cube});
    }
}

RANVIER_INLINE V length_of(V square) { return square > 0 ? square * inverse_root(square) : V{}; }

void collocate(index n, const double* places, index ld, const TriangleTerms& t, double* const* rows) {
    constexpr double smallest = 3.14159265358979323846e-6;
    for (index i = 0; i < n; i += width) {
        const Three f = at(places, ld, i);
        Three v[3];
        V l[3];
        RANVIER_UNROLL
        for (int k = 0; k < 3; ++k) {
            v[k] = {t.corners[k][0] - f.x, t.corners[k][1] - f.y, t.corners[k][2] - f.z};
            l[k] = length_of(dot(v[k], v[k]));
        }
        const V height = dot(t.normal, v[0]), product = l[0] * l[1] * l[2];
        const V across = product + dot(v[0], v[1]) * l[2] + dot(v[0], v[2]) * l[1] + dot(v[1], v[2]) * l[0];
        const V half_angle = angle(height * t.area2, across);
        const auto seen = (half_angle < 0 ? -half_angle : half_angle) >= smallest && product > 0;
        V logs[3];
        RANVIER_UNROLL
        for (int e = 0; e < 3; ++e) {
            logs[e] = log_ratio(l[e] + l[(e + 1) % 3], broadcast(t.lengths[e]));
        }
        RANVIER_UNROLL
        for (int k = 0; k < 3; ++k) {
            const V on_edge = dot(t.across[k], v[(k + 1) % 3]);
            const V edges = logs[0] * t.gram[k][0] + logs[1] * t.gram[k][1] + logs[2] * t.gram[k][2];
            const V value = on_edge * half_angle + height * edges;
            store(rows[k] + i, load(rows[k] + i) + (seen ? value : V{}));
        }
    }
}

void half_angles(index n, const double* places, index ld, index n_triangles, const double* corners, double* out) {
    for (index i = 0; i < n; i += width) {
        const Three f = at(places, ld, i);
        V sum{};
        for (index t = 0; t < n_triangles; ++t) {
            Three v[3];
            V l[3];
            RANVIER_UNROLL
            for (int k = 0; k < 3; ++k) {
                const double* c = corners + 9 * t + 3 * k;
                v[k] = {c[0] - f.x, c[1] - f.y, c[2] - f.z};
                l[k] = length_of(dot(v[k], v[k]));
            }
            const V triple = v[0].x * (v[1].y * v[2].z - v[1].z * v[2].y) +
                             v[0].y * (v[1].z * v[2].x - v[1].x * v[2].z) +
                             v[0].z * (v[1].x * v[2].y - v[1].y * v[2].x);
            const V across =
                l[0] * l[1] * l[2] + dot(v[0], v[1]) * l[2] + dot(v[0], v[2]) * l[1] + dot(v[1], v[2]) * l[0];
            sum += angle(triple, across);
        }
        store(out + i, sum);
    }
}

}  // namespace

extern const ConductorKernels conductor_kernels{cross_sums, sphere_field, sphere_potential,
                                                potential,  half_angles,  collocate};

}  // namespace ranvier::meeg::RANVIER_ISA
