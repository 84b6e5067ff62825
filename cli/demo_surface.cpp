#include "demo_surface.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/freesurfer/freesurfer.hpp"
#include "ranvier/formats/freesurfer/gifti.hpp"
#include "ranvier/formats/sample_data.hpp"

namespace ranvier::cli {

namespace {

namespace fs = std::filesystem;

/// The first of some files that is there.
std::optional<fs::path> found(const std::vector<fs::path>& candidates) {
    for (const fs::path& path : candidates) {
        std::error_code none;
        if (fs::is_regular_file(path, none)) {
            return path;
        }
    }
    return std::nullopt;
}

meeg::Surface surface_in(const fs::path& path) {
    const std::string name = path.filename().string();
    formats::SurfaceMesh mesh = name.find(".gii") != std::string::npos ? formats::read_gifti_surface(path)
                                                                       : formats::read_freesurfer_surface(path);
    meeg::Surface surface;
    surface.points = std::move(mesh.points);
    for (double& x : std::span(surface.points.data(), static_cast<std::size_t>(surface.points.size()))) {
        x /= 1e3;  // files have mm
    }
    surface.triangles = std::move(mesh.triangles);
    return surface;
}

}  // namespace

std::pair<meeg::ImagerySurface, std::string> demo_surface(const meeg::Info& info) {
    const char* const said = std::getenv("SUBJECTS_DIR");
    const std::string subjects = said ? said : "";
    std::vector<fs::path> places, lefts, rights;
    for (const fs::path& folder : formats::sample_folders()) {
        places.push_back(folder / "fsaverage/fsaverage-trans.fif");
        lefts.push_back(folder / "fsaverage/fsaverage5/pial_left.gii.gz");
        rights.push_back(folder / "fsaverage/fsaverage5/pial_right.gii.gz");
    }
    if (!subjects.empty()) {
        places.push_back(fs::path(subjects) / "fsaverage/bem/fsaverage-trans.fif");
        lefts.push_back(fs::path(subjects) / "fsaverage5/surf/lh.pial");
        rights.push_back(fs::path(subjects) / "fsaverage5/surf/rh.pial");
    }
    const auto left = found(lefts), right = found(rights), place = found(places);
    const bool surfaces = left && right;
    if (surfaces && place) {
        return {meeg::imagery_cortex(surface_in(*left), surface_in(*right), formats::read_transforms_fif(*place).at(0)),
                ""};
    }
    return {meeg::imagery_shell(info),
            std::string("Sources are looked for on a sphere: fsaverage's cortex needs ") +
                (surfaces ? "fsaverage-trans.fif, in $SUBJECTS_DIR/fsaverage/bem or $RANVIER_DATA/fsaverage"
                          : "fsaverage5's pial surfaces in $SUBJECTS_DIR or $RANVIER_DATA/fsaverage")};
}

}  // namespace ranvier::cli
