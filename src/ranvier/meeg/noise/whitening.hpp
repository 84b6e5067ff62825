#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/evoked.hpp"

namespace ranvier::meeg {

/// How much is added to the diagonal, as a share of its mean: by channel type, 0.1 for those not named.
struct RegularizeOptions {
    std::vector<std::pair<std::string, double>> loads;
    std::optional<std::vector<std::string>> exclude;  ///< channels that stay as they are; none: the bad ones of both
    bool proj = true;                                 ///< with rank "full": projections are kept free of noise
    Value rank, scalings;
};
/// A covariance whose diagonal is loaded, type by type, within the rank of the data.
/// @throws InvalidInput  a load < 0, a diagonal covariance, a channel that holds no data, or unequal loads of mag and
///                       grad that Maxwell filtering has mixed
Covariance regularized(const Covariance& covariance, const Info& info, const RegularizeOptions& options = {});

/// The covariance of the named channels (none: all of `info`), in their order, with eigenvalues, ascending and zero
/// beyond the rank, and eigenvectors in rows, for each type of channels by itself, MEG together.
/// @throws InvalidInput  a channel that the covariance lacks, or a rank above what there is
Covariance prepared_noise_covariance(const Covariance& covariance, const Info& info,
                                     const std::vector<std::string>& names = {}, const RankOptions& options = {});

/// What a covariance says of one type of channels.
struct CovariancePart {
    std::string type;
    Array<double, 2> data;         ///< in SI units
    std::vector<double> singular;  ///< singular values, descending
    int rank = 0;
};
/// The parts of the channels that covariance and `info` share, but for those to exclude.
/// @param proj  whether projections of `info` are applied first
std::vector<CovariancePart> parts_by_type(const Covariance& covariance, const Info& info,
                                          const std::vector<std::string>& exclude = {}, bool proj = false);

/// Where whitened data lie: in the channels again; along eigenvectors of rank > 0; along all eigenvectors.
enum class WhiteSpace { channels, components, all_components };
struct Whitener {
    Array<double, 2> matrix;   ///< C^(-1/2)
    Array<double, 2> colorer;  ///< C^(1/2)
    int rank = 0;
};
/// @throws InvalidInput  a covariance that is not prepared
Whitener whitener(const Covariance& prepared, WhiteSpace space = WhiteSpace::channels);
/// The average in units of the noise that it has left: √nave · C^(-1/2) · data, of channels `picks`.
Evoked whitened(Evoked evoked, const Covariance& covariance, const std::vector<index>& picks,
                const RankOptions& options = {}, bool diagonal = false);

}  // namespace ranvier::meeg
