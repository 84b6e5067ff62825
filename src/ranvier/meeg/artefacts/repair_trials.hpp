#pragma once

#include <memory>
#include <span>
#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"

namespace ranvier::meeg {

/// What channels would hold if only others were known: weights of the others, for any set of channels that is bad.
class Repair {
public:
    virtual ~Repair() = default;
    /// @param bad  positions among the channels, ascending
    /// @return     shape (bad, channels), zero for those that are bad
    virtual Array<double, 2> weights(std::span<const index> bad) const = 0;
    /// Each channel by all others, shape (channels, channels).
    virtual Array<double, 2> each_by_all_others() const;
    virtual index channels() const = 0;
};

/// Repair of EEG by spherical splines around the origin of head coordinates. One inverse serves all sets: where
/// A = [G + λI, 1; 1ᵀ, 0]⁻¹, the values of bad channels B that the spline through the good ones has are
/// y_B = −A_BB⁻¹ A_BG y_G, those for which the spline's weights of B vanish.
/// @throws InvalidInput  channels of another type, or without a place; fewer than two
/// @source  Perrin et al. 1989, doi:10.1016/0013-4694(89)90180-6; Jas et al. 2017
std::unique_ptr<const Repair> make_repair(const Info& info, const std::vector<index>& picks);

}  // namespace ranvier::meeg
