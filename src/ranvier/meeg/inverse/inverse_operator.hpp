#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/forward/forward_solution.hpp"
#include "ranvier/meeg/priors/prepared_gain.hpp"
#include "ranvier/meeg/recording/covariance.hpp"

/// Minimum-norm estimates: the currents of least weighted power that explain what sensors measure.
namespace ranvier::meeg {

/// What an inverse operator is of, by the numbers of FIFF.
enum class Modalities { meg = 1, eeg = 2, both = 3 };
enum class SourceUnit { unknown, current, surface_density, volume_density };  // A m, A/m, A/m²

enum class InverseMethod { minimum_norm, dspm, sloreta, eloreta };

/// What prepare() adds.
struct PreparedInverse {
    std::vector<double> regularised;  ///< sing / (sing² + λ²), zero beyond the rank: MNE-Python's "reginv"
    Array<double, 2> projector, whitener, colorer;
    std::vector<double> noise_norm;  ///< of each source; empty where the method has none
};

/// The whitened and weighted gain, taken apart: fieldsᵀ · diag(sing) · leadsᵀ. Large parts are shared by copies; nobody
/// writes to them but their owner in Python.
struct InverseOperator {
    Info info;  ///< of the channels of the forward solution that are used
    Modalities modalities = Modalities::both;
    SourceOrientation orientation = SourceOrientation::free;
    CoordFrame frame = CoordFrame::head;
    SourceUnit unit = SourceUnit::current;
    std::shared_ptr<SourceSpaces> sources = std::make_shared<SourceSpaces>();
    Transform mri_to_head;
    std::string mri_file, meas_file;
    Array<double, 2> source_nn;  ///< directions of the columns, shape (columns, 3)
    std::vector<double> sing;    ///< descending, one for each channel; zero beyond the rank
    std::shared_ptr<Array<double, 2>> leads = std::make_shared<Array<double, 2>>();  ///< shape (columns, channels)
    bool leads_weighted = false;     ///< whether the leads hold the root of the source covariance
    Array<double, 2> fields;         ///< shape (channels, whitened components)
    std::vector<std::string> names;  ///< of the channels, in the order of the noise covariance
    Covariance noise_cov;            ///< with eigenvalues
    std::vector<double> source_cov;  ///< of each column
    std::vector<double> depth_prior, orient_prior, fmri_prior;  ///< empty where there is none
    StableVector<Projection> projections;
    double nave = 1;
    std::optional<PreparedInverse> prepared;

    index n_sources() const;
    bool free() const { return orientation == SourceOrientation::free; }
};

/// @throws InvalidInput  parts that contradict each other
void check(const InverseOperator& inverse);
/// A copy that shares nothing.
InverseOperator unshared(const InverseOperator& inverse);
/// Number of whitened components that noise has.
index rank_of(const InverseOperator& inverse);

/// @param priors  `space` does not count
/// @throws InvalidInput  as prepared_gain()
/// @cost  O(channels² · columns)
InverseOperator make_inverse_operator(const Info& info, const ForwardSolution& forward, const Covariance& noise,
                                      PriorOptions priors);

struct EloretaOptions {
    double eps = 1e-6;
    int max_iter = 20;
    bool force_equal = false;  ///< one weight for the three directions of a source
};
/// For a number of averages and a regularisation: scales the noise, and finds what normalises it.
/// @throws InvalidInput  nave or lambda2 not above 0, or eLORETA of weighted leads
InverseOperator prepare(const InverseOperator& inverse, double nave, double lambda2, InverseMethod method,
                        const EloretaOptions& options = {});

/// Replaces the decomposition by that of eLORETA's weights. @throws InvalidInput  weighted leads
/// @source Pascual-Marqui 2011, doi:10.1098/rsta.2011.0081
void weigh_by_eloreta(InverseOperator& inverse, double lambda2, const EloretaOptions& options);

}  // namespace ranvier::meeg
