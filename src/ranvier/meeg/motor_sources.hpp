#pragma once

#include <string>
#include <vector>

#include "ranvier/meeg/anatomy/source_space.hpp"
#include "ranvier/meeg/forward/layered_sphere.hpp"
#include "ranvier/meeg/motor_imagery.hpp"

/// Where on a surface rhythms weaken while movements are imagined.
namespace ranvier::meeg {

/// A surface to look for sources on, whose coordinates go to those of the head by `to_head`.
struct ImagerySurface {
    std::string name;  ///< "fsaverage's cortex"
    SourceSpaces sources;
    Transform to_head;
    std::string coordinates;  ///< of the surface, in words: "MNI"
    struct Area {
        std::string name;
        Point place;  // [m], in the surface's coordinates
    };
    std::vector<Area> areas;                      ///< in which changes are averaged
    static constexpr double area_radius = 0.015;  // [m] around their places
};
/// A sphere within the head, 15 % of its radius below the inner skull: in place of a cortex where none is known. Areas
/// are those below C3, Cz and C4, or where the head's axes say that these are.
/// @param grade  20 · 4^grade triangles
ImagerySurface imagery_shell(const Info& info, int grade = 5);

/// The cortex of fsaverage, whose coordinates are MNI's: areas are the hands' in the primary motor cortex, and the
/// feet's between the hemispheres.
/// @param left, right  surfaces in MRI coordinates [m]; @param trans  between MRI and head
/// @source  Mayka et al. 2006, doi:10.1016/j.neuroimage.2006.02.004, for the hands; for the feet the upper end of
///          FreeSurfer's paracentral lobule
ImagerySurface imagery_cortex(Surface left, Surface right, const Transform& trans);

struct MotorSources {
    LayeredSphere head;  ///< fitted to the electrodes
    /// Change of 8–13 Hz power, 1 … 3 s after the cue against −1 … 0 s, of every point of each space [%]; NaN where the
    /// point is outside of the brain.
    std::vector<std::vector<double>> hands, feet;
    struct Peak {
        std::string task, side;  ///< "hands" or "feet"; "left" or "right"
        Point place;             // [m], in the surface's coordinates
        double change;           ///< [%]
    };
    std::vector<Peak> peaks;  ///< where power falls most, by task and side
    struct AreaChange {
        std::string name;
        double hands, feet;  ///< mean [%]
    };
    std::vector<AreaChange> areas;
    index n_sources = 0;
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// Power of sources is that of the currents of least power (dSPM) that explain the covariances of the sensors: their
/// quotient does not depend on how noise is normalised.
/// @throws InvalidInput  electrodes without places
MotorSources motor_sources(const MotorImagery& found, const ImagerySurface& surface, const Step& step);

}  // namespace ranvier::meeg
