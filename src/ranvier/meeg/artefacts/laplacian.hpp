#pragma once

#include <array>
#include <optional>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Names, defaults and meaning are MNE-Python's.
struct LaplacianOptions {
    /// Centre and radius of the head [m]. None: the radius of the fitted sphere, around where the fit's centre lies in
    /// head minus where it lies in device coordinates: the origin where there is no MEG (MNE-Python's choice).
    std::optional<std::array<double, 4>> sphere;
    double lambda2 = 1e-5, stiffness = 4;
    int n_legendre_terms = 50;
    static Fields fields() {
        using O = LaplacianOptions;
        return {
            "compute_current_source_density",
            {field("sphere", &O::sphere, "centre (x, y, z) and radius of the head; 'auto': the radius is fitted to it")
                 .in("m")
                 .none_is("auto"),
             field("lambda2", &O::lambda2, "how much the spline is smoothed").at_least(0).at_most(1),
             field("stiffness", &O::stiffness, "exponent of the spline").at_least(0),
             field("n_legendre_terms", &O::n_legendre_terms, "terms of the spline").at_least(1)}};
    }
};

/// EEG becomes its current source density, the Laplacian of potential over the scalp [V/m²], which no reference
/// changes; limits of reject and flat for EEG end.
/// @throws InvalidInput  not in memory, no EEG, a bad EEG channel, one without place, or done already
/// @cost    O(n³) and channels² per sample
/// @source  Perrin et al. 1989, doi:10.1016/0013-4694(89)90180-6
void compute_current_source_density(Raw& raw, const LaplacianOptions& options = {});
void compute_current_source_density(Epochs& epochs, const LaplacianOptions& options = {});
void compute_current_source_density(Evoked& evoked, const LaplacianOptions& options = {});

}  // namespace ranvier::meeg
