#include "ranvier/meeg/forward/lead_field_parts.hpp"

#include <algorithm>

#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Array<double, 2> padded_places(View<const double, 2> places, index first, index count, index ld) {
    Array<double, 2> out({3, ld});
    for (index i = 0; i < ld; ++i) {
        for (index k = 0; k < 3; ++k) {
            out(k, i) = places(first + std::min(i, count - 1), k);
        }
    }
    return out;
}

Array<double, 2> compensated(Array<double, 2> gain, const ForwardSensors& sensors) {
    if (sensors.compensation.empty()) {
        return gain;
    }
    const index n_meg = sensors.compensation.extent(0), n_coils = sensors.compensation.extent(1);
    const index n_eeg = gain.extent(0) - n_coils;
    Array<double, 2> out({n_meg + n_eeg, gain.extent(1)});
    numerics::matmul(sensors.compensation, gain.view().slice(0, 0, n_coils), out.view().slice(0, 0, n_meg));
    std::copy_n(gain.data() + n_coils * gain.extent(1), n_eeg * gain.extent(1), out.data() + n_meg * gain.extent(1));
    return out;
}

}  // namespace ranvier::meeg
