#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/maxwell/head_positions.hpp"

/// Continuous head position indication: coils on the head that each send a sinusoid, and where that says they are.
/// Names, defaults and meaning of options are MNE-Python's.
namespace ranvier::meeg {

/// What an Info says of the coils.
struct HpiCoils {
    std::vector<double> freqs;     ///< of each coil [Hz]
    std::optional<index> channel;  ///< which tells when coils are on
    std::vector<std::int64_t> on;  ///< bits of that channel, one for each coil
};
/// None where an Info says nothing.
std::optional<HpiCoils> hpi_coils(const Info& info);

/// How many coils are on at each sample. @throws InvalidInput  no channel tells it
std::vector<std::int64_t> active_coils(const Raw& raw);

/// Where the coils are on the head, as digitised, in head coordinates, in the order of their numbers.
/// @param adjust_dig  whether coils that were not used and fit well are put where the fit has them
/// @throws InvalidInput  no earlier fit, or fewer than three coils
std::vector<Point> hpi_places(const Info& info, bool adjust_dig);

struct ChpiOptions {
    double t_step_min = 0.01;        // [s]
    std::optional<double> t_window;  // [s]; none: as long as frequencies need to be told apart
    int ext_order = 1;
    double tmin = 0;             // [s]
    std::optional<double> tmax;  // [s]
    static Fields fields();
};

/// Sinusoids in the good MEG sensors over time.
struct ChpiAmplitudes {
    std::vector<double> times;  // [s] on the acquisition's clock
    Array<double, 3> slopes;    ///< of each time, coil and sensor; NaN where fewer than three coils were on
    Projection proj;            ///< the outer space that was taken out
    std::vector<double> freqs;  // [Hz]
    /// Of compute_chpi_snr, by type: how strong, shape (times, coils), and what is left, shape (times, 1).
    Array<double, 2> mag_snr, mag_power, mag_resid, grad_snr, grad_power, grad_resid;
};
/// Sinusoids of the coils' and the line's frequencies, a slope and a constant are fitted to each window; what is
/// outside is projected out of their amplitudes, and the phase at which most sensors see a coil is taken.
/// @throws InvalidInput  no coils in the Info, a frequency above the low-pass, no window in the recording, a sample of
/// a
///                       good sensor that is not finite
/// @cost    O(sensors · window · coils) per time
ChpiAmplitudes compute_chpi_amplitudes(const Raw& raw, const ChpiOptions& options = {});
/// Strength of each coil's sinusoid over what is left, [dB], for magnetometers and gradiometers.
ChpiAmplitudes compute_chpi_snr(const Raw& raw, const ChpiOptions& options = {});

struct ChpiLocsOptions {
    double t_step_max = 1;  // [s]
    std::string too_close = "raise";
    bool adjust_dig = false;
    static Fields fields();
};
struct ChpiLocs {
    std::vector<double> times;      // [s] on the acquisition's clock
    Array<double, 3> rrs, moments;  ///< of each time and coil, device coordinates [m], [A m²]
    Array<double, 2> gofs;          ///< goodness of fit [1]
};
/// Where coils are: magnetic dipoles whose field fits the amplitudes best, found by Levenberg and Marquardt's steps
/// from where they were, or from the best place of a grid of 1 cm. Times at which amplitudes are as before are left
/// out.
/// @throws InvalidInput  no head position, a coil at a sensor where too_close is "raise"
ChpiLocs compute_chpi_locs(const Info& info, const ChpiAmplitudes& amplitudes, const ChpiLocsOptions& options = {});

struct HeadPosOptions {
    double dist_limit = 0.005, gof_limit = 0.98;  // [m], [1]
    bool adjust_dig = false;
    bool weighted = false;
    static Fields fields();
};
/// Heads that fit coils: of those that fit well, at least three, the ones that agree best, or all, weighted by how well
/// they fit and agree. Times at which fewer than three do are left out, with a warning.
HeadPositions compute_head_pos(const Info& info, const ChpiLocs& locs, const HeadPosOptions& options = {});

struct RefitOptions {
    bool amplitudes = true, locs = true, order = true;
    int ext_order = 1;
    double gof_limit = 0.98, dist_limit = 0.005;  // [1], [m]
    double colinearity_limit = 0;                 // [m]

    std::optional<int> most;  ///< how many coils tell where the head is, the best of those within the limits; none: all
    std::vector<index> use;   ///< or which ones do, whatever the limits say
    static Fields fields();
};
/// Fits anew where the head was when the recording began: amplitudes of the coils, by what was measured then; their
/// places; which of the digitised points each is, of all orders the one that fits best, large rotations counting
/// against it; and of the coils that fit, the head. The recording's last fit and info.dev_head_t become the new one.
/// @throws InvalidInput  the recording lacks what is fitted, or fewer than three coils are within the limits
void refit_hpi(Info& info, const RefitOptions& options = {});

struct FilterChpiOptions {
    bool include_line = true;
    double t_step = 0.01;            // [s]
    std::optional<double> t_window;  // [s]
    bool allow_line_only = false;
    std::optional<std::string> interp = "hann";
    static Fields fields();
};
/// Takes the coils' sinusoids, and those of the line, out of all MEG channels of a recording in memory.
void filter_chpi(Raw& raw, const FilterChpiOptions& options = {});

}  // namespace ranvier::meeg
