#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/learn/ica.hpp"
#include "ranvier/meeg/noise/samples.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// Independent component analysis of recordings, epochs and averages. Names, defaults and results are MNE-Python's.
///
///   y = W P x     samples in like sizes, P the projections that have been applied
///   z = V (y − m)    principal components
///   s = U z          sources
namespace ranvier::meeg {

/// What is asked for.
struct IcaOptions {
    Value n_components;  ///< none, a count, or a share of the variance
    std::string method = "fastica";
    std::optional<index> max_iter;  ///< none: 1000 for fastica, 500 for the others
    Value fit_params;               ///< settings of the method, by name
    bool allow_ref_meg = false;
    std::optional<std::uint64_t> random_state;
    static Fields fields();
};

/// How a recording is read for it.
struct IcaFitOptions {
    std::vector<index> picks;          ///< empty: good data channels
    std::optional<index> start, stop;  ///< samples after the first one
    std::optional<index> decim;
    Thresholds reject, flat;
    double tstep = 2;  // [s]
    bool reject_by_annotation = true;
    static Fields fields();
};

/// Components by what they were found to be: "eog", "eog/0/EOG 061" …
using IcaLabels = std::vector<std::pair<std::string, std::vector<index>>>;

struct Ica {
    IcaOptions asked;
    Value n_pca_components;  ///< of what is given back: none (all), a count, or a share of the variance

    std::string current_fit = "unfitted";  ///< or "raw", "epochs", "eeglab"
    std::optional<Info> info;              ///< of the channels
    std::vector<std::string> ch_names;
    Array<double, 2> pre_whitener;    ///< standard deviations, shape (n, 1), or W of a noise covariance, (n, n)
    std::vector<double> pca_mean;     ///< m, shape (n)
    Array<double, 2> pca_components;  ///< V, orthonormal rows, shape (p, n)
    std::vector<double> pca_explained_variance;
    Array<double, 2> unmixing;  ///< U, shape (k, k)
    Array<double, 2> mixing;    ///< its pseudo-inverse
    std::optional<index> n_samples, n_iter;
    std::string not_converged;  ///< what to say where the method was stopped before it was done; the caller warns
    Thresholds reject;
    std::vector<std::pair<index, index>> drop_inds;  ///< samples [begin, end) that reject and flat left out

    std::vector<index> exclude;
    IcaLabels labels;

    index n_components() const { return unmixing.extent(0); }
    bool by_covariance() const { return pre_whitener.extent(1) > 1; }
};

/// Finds the components of a recording, sorted by the variance that they explain. It is read in blocks: twice, and once
/// more each where variances of the components span more than two orders, where `reject` or `flat` judge pieces, and
/// where a part of the recording was decomposed. The memory is that of the white components.
///
/// @param noise   its whitener takes the place of the standard deviation of each type of channels
/// @param random  whose numbers are drawn; none: NumPy's of the seed random_state
/// @throws InvalidInput  channels of other types, or that do not vary; samples that are no numbers; more components
///                       than the data have dimensions
/// @cost   samples · channels², and the method's
void fit(Ica& ica, const Raw& raw, const IcaFitOptions& options = {}, const Covariance* noise = nullptr,
         const learn::NumberSource& random = {});
/// The same of epochs; of the options picks and decim matter.
void fit(Ica& ica, const Epochs& epochs, const IcaFitOptions& options = {}, const Covariance* noise = nullptr,
         const learn::NumberSource& random = {});

/// How many components it takes for more than a share of the variance. @param variance  descending
index components_for(std::span<const double> variance, double share);
/// The number of principal components that `asked` (none, a count or a share) means, at least n_components.
index pca_components_for(const Ica& ica, const Value& asked);

/// out = matrix · x + offset.
struct Affine {
    Array<double, 2> matrix;
    std::vector<double> offset;
};
/// From samples to sources.
Affine unmixing_of(const Ica& ica);
/// Where the channels of `ica` are. @throws InvalidInput  some are not there
std::vector<index> picks_of(const Ica& ica, const Info& info, const std::string& noun);
/// The topographies, shape (channels, components).
Array<double, 2> components_of(const Ica& ica);

/// Sources of samples [start, stop), or of those that no annotation calls bad; shape (components, samples).
Array<double, 2> sources(const Ica& ica, const Raw& raw, index start, index stop, bool reject_by_annotation = false);
Array<double, 3> sources(const Ica& ica, const Epochs& epochs);
Array<double, 2> sources(const Ica& ica, const Evoked& evoked);
/// The same as a recording, epochs or an average of channels "ICA000" …, with those of `ica.exclude` bad, and channels
/// `add` of the original behind them.
Raw sources_raw(const Ica& ica, const Raw& raw, index start, index stop, const std::vector<index>& add = {});
Epochs sources_epochs(const Ica& ica, const Epochs& epochs, const std::vector<index>& add = {});
Evoked sources_evoked(const Ica& ica, const Evoked& evoked, const std::vector<index>& add = {});
std::string component_name(index component);

/// What is kept of the data.
struct IcaApplyOptions {
    std::vector<index> include;  ///< those alone, where any are named
    std::vector<index> exclude;  ///< beside ica.exclude
    Value n_pca_components;      ///< none: ica's
    std::optional<index> start, stop;
    static Fields fields();
};
/// Takes components out, in place and in blocks.
/// @throws InvalidInput  not in memory, channels that are not there, components that are none
/// @cost   samples · channels · (excluded components), or · channels where principal components are left out
void apply(const Ica& ica, Raw& raw, const IcaApplyOptions& options = {});
void apply(const Ica& ica, Epochs& epochs, const IcaApplyOptions& options = {});
void apply(const Ica& ica, Evoked& evoked, const IcaApplyOptions& options = {});

/// How much of the variance of channels `picks` the components explain: 1 − mean var(x − x̂) / mean var(x), where
/// variances are over channels, of epochs over epochs.
double explained_variance(const Ica& ica, const Raw& raw, const std::vector<index>& components,
                          const std::vector<index>& picks);
double explained_variance(const Ica& ica, const Epochs& epochs, const std::vector<index>& components,
                          const std::vector<index>& picks);
double explained_variance(const Ica& ica, const Evoked& evoked, const std::vector<index>& components,
                          const std::vector<index>& picks);

}  // namespace ranvier::meeg
