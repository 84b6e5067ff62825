#include "ranvier/meeg/anatomy/mri.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"
#include "ranvier/meeg/sensors/transforms.hpp"

namespace ranvier::meeg {

namespace {

Transform between(CoordFrame from, CoordFrame to, const Matrix4& matrix) {
    Transform made;
    made.from = from;
    made.to = to;
    made.matrix = matrix;
    return made;
}

}  // namespace

Transform voxel_to_mri(const Mri& mri) {
    Matrix4 m = mri.voxel_to_surface;
    for (std::size_t i = 0; i < 3; ++i) {
        for (double& x : m[i]) {
            x *= 1e-3;
        }
    }
    return between(mri_voxel_frame, CoordFrame::mri, m);
}

Transform mri_to_ras(const Mri& mri) {
    const Transform back = exact_inverse(between(mri_voxel_frame, CoordFrame::mri, mri.voxel_to_surface));
    Matrix4 m = product(mri.voxel_to_ras, *back.matrix);
    for (std::size_t i = 0; i < 3; ++i) {
        m[i][3] *= 1e-3;
    }
    return between(CoordFrame::mri, ras_frame, m);
}

Transform mri_to_mni(const Mri& mri, const Matrix4& ras_to_mni) {
    Matrix4 m = ras_to_mni;
    for (std::size_t i = 0; i < 3; ++i) {
        m[i][3] /= 1000;
    }
    return combined(mri_to_ras(mri), between(ras_frame, CoordFrame::mni_tal, m), CoordFrame::mri, CoordFrame::mni_tal);
}

std::vector<double> values_at(const Mri& mri, View<const double, 2> points) {
    require(mri.values.extent(0) == mri.n_voxels(), "the values of an MRI must have been read to be looked up");
    const Transform back = exact_inverse(voxel_to_mri(mri));
    const Array<double, 2> voxels = transformed(*back.matrix, points);
    std::vector<double> made;
    for (index p = 0; p < points.extent(0); ++p) {
        index where = 0, step = 1;
        bool inside = true;
        for (index k = 0; k < 3; ++k) {
            const int n = mri.shape[static_cast<std::size_t>(k)];
            const double x = voxels(p, k);
            inside = inside && x >= -0.5 && x < n - 0.5;
            if (inside) {
                where += step * std::clamp<index>(static_cast<index>(std::nearbyint(x)), 0, n - 1);
            }
            step *= n;
        }
        made.push_back(inside ? mri.values(where) : std::numeric_limits<double>::quiet_NaN());
    }
    return made;
}

std::vector<float> different_values(const Mri& mri) {
    std::vector<float> made;
    float last = std::numeric_limits<float>::quiet_NaN();
    for (index k = 0; k < mri.values.extent(0); ++k) {
        if (const float value = mri.values(k); value != last) {  // most voxels are as the one before
            last = value;
            const auto at = std::lower_bound(made.begin(), made.end(), value);
            if (at == made.end() || *at != value) {
                made.insert(at, value);
            }
        }
    }
    return made;
}

}  // namespace ranvier::meeg
