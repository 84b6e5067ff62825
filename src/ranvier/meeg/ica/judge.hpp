#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/meeg/ica/ica.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"

/// Which components are eyes, hearts, muscles or noise of the room. Results are MNE-Python's.
namespace ranvier::meeg {

/// Positions of values that lie more than `threshold` standard deviations from the mean; twice, the second time without
/// those found. @param tail  0: on either side; 1: above; −1: below
std::vector<index> outliers(std::span<const double> values, double threshold, int tail = 0);

/// Pearson's correlation of each source with each target, shape (targets, sources). Both are filtered in place, where a
/// band [Hz] is given, forward and backward. @throws InvalidInput  other lengths; one edge of a band alone
Array<double, 2> correlations(View<double, 2> sources, View<double, 2> targets, double sfreq,
                              std::optional<double> l_freq, std::optional<double> h_freq);

/// Kuiper's test of whether phases are spread evenly.
struct Kuiper {
    Array<double, 2> statistic;     ///< shape (sources, times)
    Array<double, 2> significance;  ///< −ln p / (2 n), 0 to 1
};
/// Cross-trial phase statistics: of the phases of each source and time over epochs. @param x  (epochs, sources, times)
/// @source  Dammers et al. 2008, doi:10.1109/TBME.2008.926677; Kuiper's test: Press et al., Numerical Recipes, 14.3.4
Kuiper cross_trial_phase(View<const double, 3> x);

/// Components by how much their maps and spectra are those of muscles, 0 to 1: a spectrum that rises, a map that is
/// strong far from the middle, and one that is not smooth.
/// @param components  shape (channels, components)
/// @param positions   places in the plane, shape (channels, 2), or empty: the spectrum alone counts
/// @param spectra     power, shape (components, frequencies)
/// @source  Dharmaprani et al. 2016, doi:10.1109/EMBC.2016.7592097
std::vector<double> muscle_scores(View<const double, 2> components, View<const double, 2> positions,
                                  View<const double, 2> spectra, std::span<const double> freqs);

/// Places in the plane that muscles are judged by: all channels around the centre of the head that is drawn, coils in
/// device coordinates too, as MNE-Python takes them. shape (channels, 2)
Array<double, 2> muscle_places(const Info& info, const std::vector<index>& picks,
                               const std::optional<HeadSphere>& head = {});

/// ln of how strong components are in reference channels against MEG. @throws InvalidInput  neither, or one alone
std::vector<double> reference_scores(const Ica& ica);

/// Maps like a template in several decompositions.
struct SimilarMaps {
    double median = 0;                      ///< of the correlations with the map that was made
    std::vector<std::vector<index>> found;  ///< components of each
};
/// @param maps        of each decomposition, shape (components, channels)
/// @param thresholds  of |correlation| up to 1, above: of standard deviations; the best is taken
/// @throws InvalidInput  nothing is alike
/// @source  Campos Viola et al. 2009, doi:10.1016/j.clinph.2009.01.015
SimilarMaps similar_maps(const std::vector<Array<double, 2>>& maps, std::span<const double> target,
                         std::span<const double> thresholds);

/// Components of eyes by their correlation with channels, and what was found for each channel.
struct FoundComponents {
    std::vector<index> components;  ///< the strongest first
    Array<double, 2> scores;        ///< shape (targets, components)
    std::vector<std::vector<index>> by_target;
};
/// @param by_correlation  whether thresholds are of |correlation|, not of standard deviations
FoundComponents alike(Array<double, 2> scores, double threshold, bool by_correlation);

}  // namespace ranvier::meeg
