#include "ranvier/formats/freesurfer/nifti.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/plain/gzip.hpp"

namespace ranvier::formats {

namespace {

static_assert(std::endian::native == std::endian::little, "NIfTI is written as numbers lie in memory");

constexpr int float64_voxels = 64, mm_and_msec = 2 + 16, aligned = 2;

/// A head of bytes, into which numbers are put at their places.
struct Head {
    std::vector<std::byte> bytes;
    template <class T>
    void put(std::size_t at, T value) {
        std::memcpy(bytes.data() + at, &value, sizeof(T));
    }
};

/// `Size` of whole numbers of an axis, `Real` of sizes: 16 and 32 bits in version 1, 64 in version 2.
template <class Size, class Real>
void put_all(Head& head, const NiftiImage& image, std::size_t dims, std::size_t sizes, std::size_t rows) {
    const index n_times = image.values.extent(1);
    const std::array<index, 8> dim{4, image.shape[0], image.shape[1], image.shape[2], n_times, 1, 1, 1};
    std::array<double, 8> pixdim{1, 1, 1, 1, 1e3 * image.tstep, 1, 1, 1};
    for (std::size_t k = 0; k < 3; ++k) {
        pixdim[1 + k] = std::sqrt(image.affine[0][k] * image.affine[0][k] + image.affine[1][k] * image.affine[1][k] +
                                  image.affine[2][k] * image.affine[2][k]);
    }
    for (std::size_t k = 0; k < 8; ++k) {
        head.put(dims + k * sizeof(Size), static_cast<Size>(dim[k]));
        head.put(sizes + k * sizeof(Real), static_cast<Real>(pixdim[k]));
    }
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 4; ++k) {
            head.put(rows + (4 * i + k) * sizeof(Real), static_cast<Real>(image.affine[i][k]));
        }
    }
}

}  // namespace

void write_nifti(const NiftiImage& image, int version, const std::filesystem::path& path, bool overwrite) {
    require(version == 1 || version == 2, [&] { return "NIfTI has versions 1 and 2; got " + text_of(version); });
    const std::string name = path.filename().string();
    const bool packed = name.ends_with(".nii.gz");
    require(packed || name.ends_with(".nii"),
            [&] { return "a NIfTI file's name must end in .nii or .nii.gz; got " + name; });
    index n_voxels = 1;
    for (const int n : image.shape) {
        require(n > 0 && (version == 2 || n < 32768),
                [&] { return "an image must have from 1 to 32767 voxels along each axis; got " + text_of(n); });
        n_voxels *= n;
    }
    require(image.values.extent(0) == n_voxels && (version == 2 || image.values.extent(1) < 32768), [&] {
        return "an image of " + text_of(n_voxels) + " voxels must have a row of values, of at most 32767 times, for " +
               "each; got " + text_of(image.values.extent(0)) + " rows of " + text_of(image.values.extent(1));
    });
    Head head{std::vector<std::byte>(version == 1 ? 352 : 544)};
    if (version == 1) {
        head.put<std::int32_t>(0, 348);
        put_all<std::int16_t, float>(head, image, 40, 76, 280);
        head.put<std::int16_t>(70, float64_voxels);
        head.put<std::int16_t>(72, 64);
        head.put<float>(108, 352);
        head.put<float>(112, 1);
        head.put<std::uint8_t>(123, mm_and_msec);
        head.put<std::int16_t>(254, aligned);
        std::memcpy(head.bytes.data() + 344, "n+1", 4);
    } else {
        head.put<std::int32_t>(0, 540);
        std::memcpy(head.bytes.data() + 4, "n+2\0\r\n\x1a\n", 8);
        head.put<std::int16_t>(12, float64_voxels);
        head.put<std::int16_t>(14, 64);
        put_all<std::int64_t, double>(head, image, 16, 104, 400);
        head.put<std::int64_t>(168, 544);
        head.put<double>(176, 1);
        head.put<std::int32_t>(348, aligned);
        head.put<std::int32_t>(500, mm_and_msec);
    }
    OutputFile file(path, overwrite);
    std::optional<GzipStream> stream;
    if (packed) {
        stream.emplace(file);
    }
    const auto put = [&](std::span<const std::byte> bytes) { packed ? stream->write(bytes) : file.write(bytes); };
    put(head.bytes);
    std::vector<double> volume(static_cast<std::size_t>(n_voxels));
    for (index t = 0; t < image.values.extent(1); ++t) {
        for (index v = 0; v < n_voxels; ++v) {
            volume[static_cast<std::size_t>(v)] = image.values(v, t);
        }
        put(std::as_bytes(std::span(volume)));
    }
    if (packed) {
        stream->finish();
    }
    file.commit();
}

}  // namespace ranvier::formats
