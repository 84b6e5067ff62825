#include "ranvier/meeg/timefreq/spectrum.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"
#include "tests/meeg/integer_noise.hpp"
#include "tests/meeg/recording/epochs_recording.hpp"
#include "tests/meeg/reference_values.hpp"

namespace ranvier::meeg {
namespace {

using nlohmann::json;

// Made by tests/reference/make_meeg_operations.py with MNE-Python 1.13.
const json& reference() {
    static const json values = reference_values("meeg_spectra");
    return values;
}

void flatten(const json& j, std::vector<double>& out) {
    if (j.is_array()) {
        for (const json& item : j) {
            flatten(item, out);
        }
    } else {
        out.push_back(j.is_null() ? std::nan("") : j.get<double>());
    }
}

/// All numbers in order, to 1e-9 of the largest.
void expect_numbers(const double* x, index n, const json& wanted, const std::string& where) {
    std::vector<double> w;
    flatten(wanted, w);
    ASSERT_EQ(n, std::ssize(w)) << where;
    double largest = 0, worst = 0;
    for (std::size_t k = 0; k < w.size(); ++k) {
        largest = std::max(largest, std::abs(w[k]));
        const double difference = std::abs(x[k] - w[k]);
        worst = std::isnan(difference) ? difference : std::max(worst, difference);
    }
    EXPECT_LE(worst, 1e-9 * largest) << where;
}

void expect_spectrum(const Spectrum& spectrum, const std::string& name) {
    const json& wanted = reference()[name];
    expect_numbers(spectrum.freqs.data(), std::ssize(spectrum.freqs), wanted["freqs"], name + " freqs");
    expect_numbers(spectrum.data.data(), spectrum.data.size(), wanted["data"], name);
    EXPECT_EQ(spectrum.info.n_channels(), 2) << name;  // the misc channel is left out
}

Info info() { return create_info({"a", "b", "c"}, 100, {ChannelType::eeg, ChannelType::eeg, ChannelType::misc}); }

Raw some_raw() {
    Raw raw = make_raw(info(), integer_noise(3, 2000, 7), 30);
    Annotations annotations;
    annotations.items = {{3.0, 1.0, "bad span", {}}, {11.0, 0.305, "BAD_ACQ_SKIP", {}}};
    set_annotations(raw, annotations);
    return raw;
}

Epochs some_epochs() {
    Epochs epochs;
    epochs.info = info();
    epochs.events = {{10, 0, 1}, {20, 0, 1}, {30, 0, 1}};
    epochs.event_id = {{"1", 1}};
    epochs.tmin = -1;
    epochs.n_times = 300;
    epochs.preloaded = epochs.dropped_bad = true;
    epochs.data = Array<double, 3>({3, 3, 300});
    const Array<double, 2> x = integer_noise(9, 300, 8);
    std::copy(x.data(), x.data() + x.size(), epochs.data.data());
    return epochs;
}

Evoked some_evoked() {
    const Epochs epochs = some_epochs();
    Evoked evoked;
    evoked.info = epochs.info;
    evoked.first = -100;
    evoked.nave = 3;
    evoked.data = Array<double, 2>({3, 300});
    for (index k = 0; k < 900; ++k) {
        evoked.data.data()[k] =
            (epochs.data.data()[k] + epochs.data.data()[900 + k] + epochs.data.data()[1800 + k]) / 3;
    }
    return evoked;
}

MorletOptions morlet() {
    MorletOptions options;
    options.freqs = {8, 12, 25};
    options.n_cycles = {3, 4, 7};
    options.decim = 3;
    return options;
}

}  // namespace

TEST(Spectrum, of_a_recording_leaves_out_bad_spans_as_MNE_does) {
    const Raw raw = some_raw();
    expect_spectrum(psd_welch(raw, {}), "raw welch");
    WelchOptions kept;
    kept.n_fft = 300;
    kept.n_per_seg = 200;
    kept.n_overlap = 50;
    kept.fmin = 5;
    kept.fmax = 20;
    expect_spectrum(psd_welch(raw, kept, 0, {}, false), "raw welch kept");
    WelchOptions piece;
    piece.n_fft = 128;
    piece.average = "median";
    expect_spectrum(psd_welch(raw, piece, 2.5, 13.0), "raw welch piece");
    MultitaperOptions low;
    low.fmax = 10;
    expect_spectrum(psd_multitaper(raw, low, 0, 4.0, false), "raw multitaper");
    EXPECT_THAT(message_of([&] { psd_multitaper(raw, low); }), testing::HasSubstr("annotated as bad"));
}

TEST(Spectrum, of_epochs_and_averages_agrees_with_MNE) {
    WelchOptions welch;
    welch.fmax = 30;
    expect_spectrum(psd_welch(some_epochs(), welch), "epochs welch");
    MultitaperOptions taper;
    taper.fmax = 12;
    const Spectrum spectrum = psd_multitaper(some_epochs(), taper);
    expect_spectrum(spectrum, "epochs multitaper");
    EXPECT_TRUE(spectrum.of_epochs);
    EXPECT_EQ(spectrum.events.size(), 3U);
    taper.bandwidth = 3;
    taper.normalization = "full";
    taper.adaptive = true;
    taper.low_bias = false;
    expect_spectrum(psd_multitaper(some_epochs(), taper), "epochs multitaper full");
    welch = {};
    welch.n_fft = 100;
    expect_spectrum(psd_welch(some_evoked(), welch), "evoked welch");
    taper = {};
    taper.fmin = 3;
    taper.fmax = 12;
    expect_spectrum(psd_multitaper(some_evoked(), taper), "evoked multitaper");
}

// A sine of amplitude a at a frequency of the grid has power a²/2, which is the density's sum times the spacing.
TEST(Spectrum, of_epochs_that_are_cut_on_the_way_has_the_events_of_those_that_remain) {
    const auto raw = std::make_shared<Raw>(plain_recording());
    EpochsOptions options;
    options.reject = {{ChannelType::eeg, 1e-4}};
    const auto epochs = make_epochs(raw, {{900, 0, 1}, {1830, 0, 1}, {2600, 0, 1}}, {}, options);
    const Spectrum spectrum = psd_welch(epochs, {});
    EXPECT_EQ(spectrum.events, (Events{{900, 0, 1}, {2600, 0, 1}}));  // a step at 1833 drops the second
    EXPECT_EQ(spectrum.data.extent(0), 2);
    EXPECT_FALSE(epochs.preloaded);
}

TEST(Spectrum, of_a_sine_holds_its_power) {
    Raw raw = make_raw(create_info({"a"}, 128, ChannelType::eeg), Array<double, 2>({1, 2560}));
    for (index k = 0; k < 2560; ++k) {
        raw.data(0, k) = 3e-6 * std::sin(2 * std::numbers::pi * 10 * static_cast<double>(k) / 128);
    }
    const Spectrum s = psd_welch(raw, {});
    double sum = 0;
    for (index k = 0; k < s.data.size(); ++k) {
        sum += s.data.data()[k] * s.freqs[1];
    }
    EXPECT_NEAR(sum, 4.5e-12, 1e-9 * 4.5e-12);
}

TEST(Spectrum, refuses_what_holds_no_frequency_sample_or_channel) {
    const Raw raw = some_raw();
    WelchOptions options;
    options.fmin = 60;
    EXPECT_THAT(message_of([&] { psd_welch(raw, options); }), testing::HasSubstr("no frequency lies between"));
    EXPECT_THAT(message_of([&] { psd_welch(raw, {}, 30, 40); }), testing::HasSubstr("no sample lies between"));
    options = {};
    options.picks = {7};
    EXPECT_THROW(psd_welch(raw, options), InvalidInput);
    options = {};
    options.average = "mode";
    EXPECT_THROW(psd_welch(raw, options), InvalidInput);
    Raw none = make_raw(create_info({"s"}, 100, ChannelType::stim), Array<double, 2>({1, 400}));
    EXPECT_THAT(message_of([&] { psd_welch(none, {}); }), testing::HasSubstr("no good data channel"));
}

TEST(Tfr, of_epochs_agrees_with_MNE_in_power_coherence_and_baselines) {
    const json& wanted = reference()["tfr"];
    const PowerAndItc tfr = tfr_morlet(some_epochs(), morlet());
    expect_numbers(tfr.power.times.data(), std::ssize(tfr.power.times), wanted["times"], "times");
    expect_numbers(tfr.power.data.data(), tfr.power.data.size(), wanted["power"], "power");
    expect_numbers(tfr.itc.data.data(), tfr.itc.data.size(), wanted["itc"], "coherence");
    EXPECT_NEAR(tfr.power.info.sfreq, wanted["sfreq"].get<double>(), 1e-12);
    EXPECT_EQ(tfr.power.nave, wanted["nave"].get<int>());
    const EpochsTfr single = epochs_tfr_morlet(some_epochs(), morlet());
    expect_numbers(single.data.data(), single.data.size(), wanted["single"], "single");
    for (const char* mode : {"mean", "ratio", "logratio", "meanlogratio", "percent", "zscore", "zlogratio"}) {
        AverageTfr power = tfr.power;
        apply_baseline(power, -0.6, -0.1, mode);
        expect_numbers(power.data.data(), power.data.size(), wanted[std::string("baseline ") + mode], mode);
        EXPECT_EQ(power.baseline_mode, mode);
    }
    AverageTfr power = tfr.power;
    apply_baseline(power, {}, 0.0, "percent");
    expect_numbers(power.data.data(), power.data.size(), wanted["baseline to 0"], "to 0");
    EXPECT_THROW(apply_baseline(power, 5.0, 6.0, "mean"), InvalidInput);
    EXPECT_THAT(message_of([&] { apply_baseline(power, {}, {}, "percentage"); }),
                testing::HasSubstr("mode must be one of 'mean'"));
}

// Equal epochs are coherent: 1 wherever there is signal. A flat channel has no phase: power 0, coherence 0, no NaN.
TEST(Tfr, of_equal_epochs_is_coherent_and_of_flat_channels_zero) {
    Epochs epochs = some_epochs();
    for (index e = 0; e < 3; ++e) {
        for (index t = 0; t < 300; ++t) {
            epochs.data(e, 0, t) = epochs.data(0, 0, t);
            epochs.data(e, 1, t) = 0;
        }
    }
    const PowerAndItc tfr = tfr_morlet(epochs, morlet());
    for (index f = 0; f < 3; ++f) {
        for (index t = 0; t < tfr.itc.data.extent(2); ++t) {
            EXPECT_NEAR(tfr.itc.data(0, f, t), 1, 1e-12);
            EXPECT_EQ(tfr.itc.data(1, f, t), 0);
            EXPECT_EQ(tfr.power.data(1, f, t), 0);
        }
    }
}

TEST(Tfr, refuses_wavelets_longer_than_the_epochs_and_frequencies_beyond_Nyquist) {
    MorletOptions options;
    options.freqs = {1};
    EXPECT_THAT(message_of([&] { tfr_morlet(some_epochs(), options); }), testing::HasSubstr("the wavelet of 1.0 Hz"));
    options.freqs = {60};
    EXPECT_THROW(tfr_morlet(some_epochs(), options), InvalidInput);
    options.freqs = {};
    EXPECT_THROW(tfr_morlet(some_epochs(), options), InvalidInput);
    options = morlet();
    options.n_cycles = {3, 4};
    EXPECT_THROW(tfr_morlet(some_epochs(), options), InvalidInput);
    options = morlet();
    options.decim = 0;
    EXPECT_THROW(tfr_morlet(some_epochs(), options), InvalidInput);
}

TEST(Tfr, has_the_same_bits_on_one_and_on_several_threads) {
    const auto power = [](int threads) {
        const ThreadLimit limit(threads);
        return tfr_morlet(some_epochs(), morlet()).power.data;
    };
    const auto one = power(1);
    for (const int threads : {2, 8}) {
        const auto many = power(threads);
        EXPECT_EQ(std::memcmp(one.data(), many.data(), sizeof(double) * static_cast<std::size_t>(one.size())), 0);
    }
}

}  // namespace ranvier::meeg
