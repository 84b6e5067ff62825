#include "ranvier/meeg/recording/display.hpp"

#include <array>

namespace ranvier::meeg {

namespace {

struct Row {
    ChannelType type;
    Display display;
};

/// In the order of the enumeration.
constexpr std::array rows{
    Row{ChannelType::mag, {"Magnetometers", "fT", 1e15, 1e-12}},
    Row{ChannelType::grad, {"Gradiometers", "fT/cm", 1e13, 4e-11}},
    Row{ChannelType::ref_meg, {"Reference MEG", "fT", 1e15, 1e-12}},
    Row{ChannelType::eeg, {"EEG", "µV", 1e6, 20e-6}},
    Row{ChannelType::eog, {"EOG", "µV", 1e6, 150e-6}},
    Row{ChannelType::ecg, {"ECG", "µV", 1e6, 5e-4}},
    Row{ChannelType::emg, {"EMG", "µV", 1e6, 1e-3}},
    Row{ChannelType::stim, {"Stim", "", 1, 1}},
    Row{ChannelType::resp, {"Respiration", "", 1, 1}},
    Row{ChannelType::misc, {"Misc", "", 1, 0}},
    Row{ChannelType::bio, {"Bio", "µV", 1e6, 1e-6}},
    Row{ChannelType::seeg, {"sEEG", "mV", 1e3, 1e-4}},
    Row{ChannelType::dbs, {"DBS", "µV", 1e6, 1e-4}},
    Row{ChannelType::ecog, {"ECoG", "µV", 1e6, 1e-4}},
    Row{ChannelType::hbo, {"HbO", "µM", 1e6, 10e-6}},
    Row{ChannelType::hbr, {"HbR", "µM", 1e6, 10e-6}},
    Row{ChannelType::fnirs_cw_amplitude, {"fNIRS (CW amplitude)", "V", 1, 2e-2}},
    Row{ChannelType::fnirs_fd_ac_amplitude, {"fNIRS (FD AC amplitude)", "V", 1, 2e-2}},
    Row{ChannelType::fnirs_fd_phase, {"fNIRS (FD phase)", "rad", 1, 2e-1}},
    Row{ChannelType::fnirs_od, {"fNIRS (OD)", "", 1, 2e-2}},
    Row{ChannelType::syst, {"System status", "", 1, 1}},
    Row{ChannelType::exci, {"Excitation", "", 1, 1}},
    Row{ChannelType::ias, {"Active shielding", "", 1, 1}},
    Row{ChannelType::gof, {"Goodness of fit", "", 1, 100}},
    Row{ChannelType::dipole, {"Dipoles", "nAm", 1e9, 1e-7}},
    Row{ChannelType::chpi, {"Head position", "", 1, 1e-4}},
    Row{ChannelType::csd, {"CSD", "mV/m²", 1e3, 0.02}},
    Row{ChannelType::temperature, {"Temperature", "°C", 1, 0.1}},
    Row{ChannelType::gsr, {"Skin conductance", "S", 1, 1}},
    Row{ChannelType::eyegaze, {"Gaze", "rad", 1, 0.2}},
    Row{ChannelType::pupil, {"Pupil", "mm", 1e3, 0.01}},
    Row{ChannelType::fnirs_td_gated_amplitude, {"fNIRS (TD amplitude)", "", 1, 1}},
    Row{ChannelType::fnirs_td_moments_intensity, {"fNIRS (TD intensity)", "", 1, 1}},
    Row{ChannelType::fnirs_td_moments_mean, {"fNIRS (TD mean)", "ps", 1e12, 1e-10}},
    Row{ChannelType::fnirs_td_moments_variance, {"fNIRS (TD variance)", "ps²", 1e24, 1e-20}},
};

constexpr bool in_order() {
    for (std::size_t k = 0; k < rows.size(); ++k) {
        if (rows[k].type != static_cast<ChannelType>(k)) {
            return false;
        }
    }
    return true;
}
static_assert(in_order() && rows.size() == static_cast<std::size_t>(ChannelType::fnirs_td_moments_variance) + 1);

}  // namespace

const Display& display(ChannelType type) { return rows[static_cast<std::size_t>(type)].display; }

std::string density_unit(const std::string& unit) {
    return (unit.empty() ? "1" : unit.find('/') != std::string::npos ? "(" + unit + ")²" : unit + "²") + "/Hz";
}

}  // namespace ranvier::meeg
