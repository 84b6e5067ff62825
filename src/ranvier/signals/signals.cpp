#include "ranvier/signals/signals.hpp"

#include <cmath>

namespace ranvier::signals {

void check(const SpikeTrain& train) {
    require(train.window.start <= train.window.stop, "a spike train's window must not end before it starts");
    double before = train.window.start;
    for (std::size_t k = 0; k < train.times.size(); ++k) {
        const double t = train.times[k];
        require(std::isfinite(t) && t >= before && t <= train.window.stop,
                "spike times must be finite, sorted and inside the window; spike ", k, " of '", train.name, "' is at ",
                t, " s");
        before = t;
    }
}

void check(const Signal& signal) {
    require(signal.sfreq > 0, "a signal's sampling rate must be > 0 Hz; got ", signal.sfreq);
    require(signal.names.empty() || static_cast<index>(signal.names.size()) == signal.data.extent(0),
            "a signal needs one name per channel; got ", signal.names.size(), " names for ", signal.data.extent(0),
            " channels");
}

void check(const Dipoles& dipoles) {
    const index n = dipoles.positions.extent(0);
    require(dipoles.positions.extent(1) == 3 && dipoles.orientations.extent(1) == 3,
            "dipoles live in three dimensions");
    require(dipoles.orientations.extent(0) == n && dipoles.moments.extent(0) == n,
            "dipoles need as many orientations and moments as positions; got ", dipoles.orientations.extent(0), " and ",
            dipoles.moments.extent(0), " for ", n);
    for (index k = 0; k < n; ++k) {
        double square = 0;
        for (index axis = 0; axis < 3; ++axis) {
            square += dipoles.orientations(k, axis) * dipoles.orientations(k, axis);
        }
        require(std::abs(square - 1) < 1e-6, [&] {
            return "a dipole's orientation must have unit length; that of dipole " + text_of(k) + " has " +
                   text_of(std::sqrt(square));
        });
    }
}

}  // namespace ranvier::signals
