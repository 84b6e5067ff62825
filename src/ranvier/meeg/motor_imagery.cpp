#include "ranvier/meeg/motor_imagery.hpp"

#include <algorithm>

#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/reference.hpp"

namespace ranvier::meeg {

namespace {

constexpr double tmin = -1.5, tmax = 4.5;              // [s]
constexpr double baseline_from = -1, baseline_to = 0;  // [s]
constexpr double reject_eeg = 400e-6;                  // [V] peak to peak

/// Mean over a channel's band and time window of a baseline-corrected image.
double mean_in_window(const AverageTfr& tfr, const std::string& channel) {
    const index row = channel_index(tfr.info, channel);
    double sum = 0;
    int count = 0;
    for (std::size_t f = 0; f < tfr.freqs.size(); ++f) {
        for (std::size_t t = 0; t < tfr.times.size(); ++t) {
            if (tfr.freqs[f] >= MotorImagery::mu_low && tfr.freqs[f] <= MotorImagery::mu_high &&
                tfr.times[t] >= MotorImagery::erd_from && tfr.times[t] <= MotorImagery::erd_to) {
                sum += tfr.data(row, static_cast<index>(f), static_cast<index>(t));
                ++count;
            }
        }
    }
    return sum / count;
}

/// Which epochs went over the limit, where, and what that is if it is the forehead.
std::string left_out(const std::vector<std::vector<std::string>>& drop_log) {
    index dropped = 0, forehead = 0;
    for (const auto& channels : drop_log) {
        dropped += channels.empty() ? 0 : 1;
        forehead += std::ranges::any_of(
            channels, [](const std::string& name) { return name.starts_with("Fp") || name.starts_with("AF"); });
    }
    return drop_summary(drop_log) + (dropped == 0             ? ""
                                     : 2 * forehead > dropped ? "; they exceed 400 µV at the forehead, as blinks do"
                                                              : "; they exceed 400 µV");
}

/// The change of power against the baseline [%].
AverageTfr power_change(const Epochs& epochs) {
    MorletOptions morlet;
    for (double f = 4; f <= 35; f += 1) {
        morlet.freqs.push_back(f);
        morlet.n_cycles.push_back(f / 2);
    }
    morlet.n_cycles.erase(morlet.n_cycles.begin());  // the default for all frequencies at once
    morlet.decim = 4;
    AverageTfr power = tfr_morlet(epochs, morlet).power;
    apply_baseline(power, baseline_from, baseline_to, "percent");
    for (index k = 0; k < power.data.size(); ++k) {
        power.data.data()[k] *= 100;
    }
    crop(power, {-1, 4, {}, {}});  // the page needs less than every sample
    return power;
}

}  // namespace

MotorImagery motor_imagery(Raw raw, const Step& step) {
    MotorImagery out;
    step("Re-reference", [&] { set_eeg_reference(raw); });
    step("Spectrum (Welch)", [&] {
        WelchOptions welch;
        welch.n_fft = 512;
        welch.n_overlap = 256;
        out.spectrum = psd_welch(raw, welch);
    });
    step("Band-pass 1 to 40 Hz", [&] {
        FilterOptions band;
        band.l_freq = 1;
        band.h_freq = 40;
        filter(raw, band);
    });
    step("Find events, cut epochs", [&] {
        const Events events = events_from_annotations(raw, EventIds{{"T1", 2}, {"T2", 3}}).first;
        EpochsOptions options;
        options.tmin = tmin;
        options.tmax = tmax;
        options.baseline = Baseline{baseline_from, baseline_to};
        options.reject[ChannelType::eeg] = reject_eeg;
        Epochs cut = make_epochs(std::make_shared<Raw>(raw), events, {{"hands", 2}, {"feet", 3}}, options);
        load(cut);
        out.n_events = static_cast<index>(cut.drop_log.size());
        out.drop_log = cut.drop_log;
        out.left_out = left_out(cut.drop_log);
        out.hands = subset(cut, matching(cut, {"hands"}));
        out.feet = subset(cut, matching(cut, {"feet"}));
    });
    step("Average", [&] {
        out.averages = {{"hands", average(out.hands)}, {"feet", average(out.feet)}};
        out.averages.emplace_back("hands − feet",
                                  combine_evoked({out.averages[0].second, out.averages[1].second}, {1, -1}));
        for (auto& [name, evoked] : out.averages) {
            evoked.comment = name == "hands − feet" ? "hands - feet" : name;
        }
    });
    step("Time-frequency (Morlet)", [&] {
        out.power = {{"hands", power_change(out.hands)}, {"feet", power_change(out.feet)}};
        AverageTfr contrast = out.power[0].second;
        for (index k = 0; k < contrast.data.size(); ++k) {
            contrast.data.data()[k] -= out.power[1].second.data.data()[k];
        }
        out.power.emplace_back("hands − feet", std::move(contrast));
        for (const char* site : {"C3", "Cz", "C4"}) {
            out.sites.push_back(
                {site, mean_in_window(out.power[0].second, site), mean_in_window(out.power[1].second, site)});
        }
    });
    out.parameters = {{"reference", "average"},
                      {"band-pass", "1 to 40 Hz, FIR, zero phase"},
                      {"epochs", "−1.5 … 4.5 s"},
                      {"baseline", "−1 … 0 s"},
                      {"rejection", "EEG above 400 µV peak to peak"},
                      {"wavelets", "Morlet, 4 to 35 Hz, f / 2 cycles"}};
    out.raw = std::move(raw);
    return out;
}

}  // namespace ranvier::meeg
