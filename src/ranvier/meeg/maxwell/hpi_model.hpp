#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "ranvier/meeg/maxwell/hpi.hpp"

namespace ranvier::meeg {

/// What is fitted to a window: sines and cosines of the coils' frequencies, then of the line's, a slope, a constant.
class HpiModel {
public:
    /// @param n_samples        of the recording, no more than half of a window
    /// @param without_aliased  whether coils above the low-pass are left out, not refused
    HpiModel(const Info& info, index n_samples, const std::optional<double>& t_window, bool without_aliased,
             bool allow_empty);

    const HpiCoils& coils() const { return coils_; }
    const std::vector<double>& line() const { return line_; }  ///< frequencies [Hz]
    index length() const { return length_; }                   ///< of a window [samples]
    double seconds() const { return seconds_; }                ///< of a window [s]
    const Array<double, 2>& matrix() const { return model_; }  ///< shape (length, terms)
    /// The pseudo-inverse of its first rows, shape (terms, samples). Calls may come from several threads.
    const Array<double, 2>& inverse(index samples) const;

private:
    HpiCoils coils_;
    std::vector<double> line_;
    index length_ = 0;
    double seconds_ = 0;
    Array<double, 2> model_;
    mutable std::map<index, Array<double, 2>> inverses_;
    mutable std::mutex guard_;
};

/// Fields from outside of the sensors at `picks`, about the device's centre, as orthonormal vectors.
Projection outer_projection(const Info& info, const std::vector<index>& picks, int ext_order);

}  // namespace ranvier::meeg
