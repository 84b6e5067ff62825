// FreeSurfer's volumes.
#include "ranvier/formats/freesurfer/volumes.hpp"

#include <cmath>
#include <limits>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/freesurfer/bytes.hpp"
#include "ranvier/formats/plain/gzip.hpp"

namespace ranvier::formats {

namespace {

using namespace freesurfer;
using Matrix = std::array<std::array<double, 4>, 4>;

constexpr std::size_t header_bytes = 284;

/// How a voxel is stored, by the numbers of the format.
enum VoxelType { uint8_voxels = 0, int32_voxels = 1, float_voxels = 3, int16_voxels = 4, uint16_voxels = 10 };

std::size_t bytes_of(Reader& in, int type) {
    switch (type) {
        case uint8_voxels: return 1;
        case int16_voxels:
        case uint16_voxels: return 2;
        case int32_voxels:
        case float_voxels: return 4;
        default:
            in.fail("has voxels of type " + text_of(type) +
                    "; the types of FreeSurfer's volumes are 0, 1, 3, 4 and 10");
    }
}

bool is_compressed(const std::filesystem::path& path) {
    const MappedFile file(path);
    const auto bytes = file.bytes();
    return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

/// Where voxels lie, from what the header says; in the single precision that it has.
void place(meeg::Mri& mri, const std::array<float, 3>& delta, const std::array<std::array<float, 3>, 3>& cosines,
           const std::array<float, 3>& centre) {
    Matrix ras{}, surface{};
    ras[3][3] = surface[3][3] = 1;
    std::array<double, 3> half{};
    for (std::size_t k = 0; k < 3; ++k) {
        mri.size[k] = delta[k];
        half[k] = mri.shape[k] * double{delta[k]} / 2;
    }
    for (std::size_t i = 0; i < 3; ++i) {
        double shift = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            // The file has an axis' direction in a row.
            const float step = cosines[k][i] * delta[k];
            ras[i][k] = step;
            shift += double{cosines[k][i]} * (double{delta[k]} * (mri.shape[k] / 2.0));
        }
        ras[i][3] = centre[i] - shift;
    }
    const auto single = [](double x) { return double{static_cast<float>(x)}; };
    surface[0] = {-single(mri.size[0]), 0, 0, single(half[0])};
    surface[1] = {0, 0, single(mri.size[2]), -single(half[2])};
    surface[2] = {0, -single(mri.size[1]), 0, single(half[1])};
    mri.voxel_to_ras = ras;
    mri.voxel_to_surface = surface;
}

}  // namespace

meeg::Mri read_mgh(const std::filesystem::path& path, bool with_values) {
    Reader in(path, is_compressed(path) ? gunzipped(path, std::numeric_limits<std::size_t>::max()) : file_bytes(path));
    if (in.left() < header_bytes || in.int32() != 1) {
        in.fail("is no volume of FreeSurfer: it should begin with the number 1, and have a head of 284 bytes");
    }
    meeg::Mri mri;
    index n_frames = 1;
    for (int& n : mri.shape) {
        n = in.int32();
    }
    n_frames = in.int32();
    for (const int n : mri.shape) {
        if (n <= 0 || n > (1 << 15)) {
            in.fail("should have from 1 to 32768 voxels along each axis; it says " + text_of(n));
        }
    }
    const int type = in.int32();
    in.int32();  // degrees of freedom
    const bool placed = in.int16() != 0;
    std::array<float, 3> delta{1, 1, 1}, centre{};
    std::array<std::array<float, 3>, 3> cosines{{{-1, 0, 0}, {0, 0, -1}, {0, 1, 0}}};
    if (placed) {
        const auto three = [&](std::array<float, 3>& to) {
            for (float& x : to) {
                x = in.float32();
                if (!std::isfinite(x)) {
                    in.fail("should say in finite numbers where its voxels lie");
                }
            }
        };
        three(delta);
        for (auto& row : cosines) {
            three(row);
        }
        three(centre);
        for (const float x : delta) {
            if (!(x > 0)) {
                in.fail("should have voxels of a size above 0 mm; it says " + text_of(double{x}));
            }
        }
    }
    place(mri, delta, cosines, centre);
    if (!with_values) {
        return mri;
    }
    const std::size_t size = bytes_of(in, type);
    in.skip(header_bytes - in.position());
    const index n = mri.n_voxels();
    if (n_frames < 1) {
        in.fail("should have at least one frame; it says " + text_of(n_frames));
    }
    in.need(n, size, "voxels");
    mri.values = Array<float, 1>({n});
    for (index k = 0; k < n; ++k) {
        switch (type) {
            case uint8_voxels: mri.values(k) = in.uint8(); break;
            case int16_voxels: mri.values(k) = in.int16(); break;
            case uint16_voxels: mri.values(k) = static_cast<std::uint16_t>(in.int16()); break;
            case int32_voxels: mri.values(k) = static_cast<float>(in.int32()); break;
            default: mri.values(k) = in.float32();
        }
    }
    return mri;
}

}  // namespace ranvier::formats
