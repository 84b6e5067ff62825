#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::meeg {

/// A triangle as seen from points of a field: v is the vector from a point to the first corner.
struct TriangleTerms {
    double corners[3][3];  // [m]
    double normal[3];      ///< of unit length
    double area2;          ///< twice the area [m²]
    double lengths[3];     ///< of the edges 1 → 2, 2 → 3, 3 → 1 [m]
    /// (2/area2) e × n of the edge across from each corner: dotted with v of a corner of that edge it is twice the
    /// linear function that is 1 at the corner, 0 at the others.
    double across[3][3];
    double gram[3][3];  ///< e_k · e_i / (area2 · length_i), e_k across from corner k
};

/// Fields and potentials of sources at places. What is called n is a whole number of vectors; places are three rows of
/// `ld` numbers: x, y, z.
struct ConductorKernels {
    /// Σ over coil points p of (p − t) × c / |p − t|³, c their normal times weight: three rows of n in `out`.
    /// @param points  six numbers each: p, c
    void (*cross_sums)(index n, const double* places, index ld, index n_points, const double* points, double* out);
    /// Field of dipoles outside of a sphere around the origin, over μ₀/4π: three rows of n in `out`, one for each
    /// direction of a moment.
    /// @param points  nine numbers each: p, c, |p|, 1 / |p|, p · c
    void (*sphere_field)(index n, const double* places, index ld, index n_points, const double* points, double* out);
    /// Potential of dipoles at points of the surface of a homogeneous sphere, as a sum over equivalent dipoles; over
    /// 1/4π: three rows of n in `out`.
    /// @param points  five numbers each: p, |p|, weight
    /// @param equivalents  two numbers each: where it lies along the radius, relative to the dipole, and its share
    void (*sphere_potential)(index n, const double* places, index ld, index n_points, const double* points,
                             index n_equivalents, const double* equivalents, double* out);
    /// (t − s) / |t − s|³ for one source s: three rows in `out`, out_ld apart.
    void (*potential)(index n, const double* places, index ld, const double* source, double* out, index out_ld);
    /// Σ of half the solid angles of triangles, seen from the places: n numbers in `out`.
    /// @param corners  nine numbers for each triangle
    void (*half_angles)(index n, const double* places, index ld, index n_triangles, const double* corners, double* out);
    /// rows[k] += ∫ of the function that is linear on the triangle, 1 at corner k and 0 at the others, over the solid
    /// angle that the triangle has, seen from the places. Where that angle is below 2π/10⁶ it counts as 0.
    /// @source  de Munck 1992, doi:10.1109/10.256433
    void (*collocate)(index n, const double* places, index ld, const TriangleTerms& triangle, double* const* rows);
};

RANVIER_EACH_ISA(extern const ConductorKernels conductor_kernels;)
inline const ConductorKernels& chosen_conductor_kernels() { return RANVIER_CHOSEN(conductor_kernels); }

/// Places fill whole vectors of any instruction set.
constexpr index conductor_lanes = 8;

}  // namespace ranvier::meeg
