#include "ranvier/meeg/preprocess/filter.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"
#include "tests/meeg/integer_noise.hpp"
#include "tests/meeg/reference_values.hpp"

namespace ranvier::meeg {
namespace {

using nlohmann::json;

// Made by tests/reference/make_meeg_operations.py with MNE-Python 1.13 and scipy.
const json& reference() {
    static const json values = reference_values("meeg_filter");
    return values;
}

/// Every third sample of each row, to 1e-9 of the row's largest: the bar of all comparisons with MNE.
void expect_rows(View<const double, 2> x, const json& wanted, const std::string& where, double tolerance = 1e-9) {
    ASSERT_EQ(x.extent(0), static_cast<index>(wanted.size())) << where;
    for (index row = 0; row < x.extent(0); ++row) {
        const json& w = wanted[static_cast<std::size_t>(row)];
        ASSERT_EQ((x.extent(1) + 2) / 3, static_cast<index>(w.size())) << where;
        double largest = 0, worst = 0;
        for (std::size_t k = 0; k < w.size(); ++k) {
            largest = std::max(largest, std::abs(w[k].get<double>()));
            const double difference = std::abs(x(row, static_cast<index>(3 * k)) - w[k].get<double>());
            worst = std::isnan(difference) ? difference : std::max(worst, difference);
        }
        EXPECT_LE(worst, tolerance * largest) << where << ", row " << row;
    }
}

std::string number_or_word(const json& j) { return j.is_string() ? j.get<std::string>() : j.dump(); }

/// The options of a reference case.
struct Given {
    const json& o;
    template <class T>
    void into(const char* key, T& field) const {
        if (o.contains(key)) {
            if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Value>) {
                field = number_or_word(o[key]);
            } else {
                field =
                    o[key]
                        .get<typename std::conditional_t<std::is_same_v<T, std::optional<double>>,
                                                         std::type_identity<double>, std::type_identity<T>>::type>();
            }
        }
    }
};

FilterOptions filter_options(const json& o) {
    FilterOptions f;
    const Given given{o};
    given.into("l_freq", f.l_freq);
    given.into("h_freq", f.h_freq);
    given.into("l_trans_bandwidth", f.l_trans_bandwidth);
    given.into("h_trans_bandwidth", f.h_trans_bandwidth);
    given.into("filter_length", f.filter_length);
    given.into("method", f.method);
    given.into("iir_order", f.iir_params.order);
    given.into("phase", f.phase);
    given.into("fir_window", f.fir_window);
    given.into("pad", f.pad);
    return f;
}

NotchOptions notch_options(const json& o) {
    NotchOptions n;
    const Given given{o};
    given.into("freqs", n.freqs);
    given.into("notch_widths", n.notch_widths);
    given.into("trans_bandwidth", n.trans_bandwidth);
    given.into("method", n.method);
    return n;
}

struct Silence {
    LogSink before = set_log_sink([](LogLevel, const std::string&) {});
    ~Silence() { set_log_sink(before); }
};

struct Warnings {
    std::vector<std::string> seen;
    LogSink before;
    Warnings() {
        before = set_log_sink([this](LogLevel level, const std::string& text) {
            if (level == LogLevel::warning) {
                seen.push_back(text);
            }
        });
    }
    ~Warnings() { set_log_sink(before); }
};

FilterOptions band(std::optional<double> l, std::optional<double> h) {
    FilterOptions options;
    options.l_freq = l;
    options.h_freq = h;
    return options;
}

Raw annotated_raw() {
    Info info = create_info({"a", "b", "c"}, 100, {ChannelType::eeg, ChannelType::eeg, ChannelType::stim});
    Raw raw = make_raw(info, integer_noise(3, 900, 2), 50);
    Annotations annotations;
    annotations.items = {{2.0, 0.5, "BAD_ACQ_SKIP", {}}, {5.0, 0.0, "EDGE boundary", {}}, {6.0, 1.0, "bad other", {}}};
    set_annotations(raw, annotations);
    return raw;
}

}  // namespace

TEST(Filter, of_plain_rows_agrees_with_MNE_for_all_kinds) {
    Silence silence;
    int count = 0;
    for (const json& c : reference()["cases"]) {
        const json& o = c["options"];
        const std::string kind = c["kind"], where = kind + " " + o.dump();
        Array<double, 2> x = integer_noise(2, 400);
        if (kind == "filter") {
            filter(x, 100, filter_options(o));
        } else if (kind == "notch") {
            notch_filter(x, 100, notch_options(o));
        } else {
            ResampleOptions r;
            const Given given{o};
            given.into("npad", r.npad);
            given.into("window", r.window);
            given.into("method", r.method);
            given.into("pad", r.pad);
            x = resampled(x, o["up"], 100, r);
        }
        // A minimum-phase filter comes out of the logarithm of stop-band magnitudes that are rounding noise: adding
        // 1e-17 to its linear-phase taps changes scipy's own result by 1.2e-4.
        const bool minimum = o.value("phase", "") == "minimum";
        expect_rows(x, c["y"], where, minimum ? 5e-4 : 1e-9);
        ++count;
    }
    EXPECT_EQ(count, 45);
}

TEST(Filter, of_a_recording_skips_what_is_annotated_and_updates_the_band_as_MNE_does) {
    Silence silence;
    const json& wanted = reference()["raw"];
    Raw raw = annotated_raw();
    filter(raw, band(4, 30));
    expect_rows(raw.data, wanted["filtered"], "filter");
    EXPECT_EQ(raw.info.highpass, wanted["highpass"].get<double>());
    EXPECT_EQ(raw.info.lowpass, wanted["lowpass"].get<double>());

    raw = annotated_raw();
    NotchOptions notch;
    notch.freqs = {20};
    notch_filter(raw, notch);
    expect_rows(raw.data, wanted["notched"], "notch");
    EXPECT_EQ(raw.info.lowpass, wanted["notched_lowpass"].get<double>());

    raw = annotated_raw();
    FilterOptions part = band(4, 30);
    part.picks = {1};
    filter(raw, part);
    expect_rows(raw.data, wanted["part"], "picks");
    EXPECT_EQ(raw.info.highpass, wanted["part_highpass"].get<double>());
}

TEST(Resample, of_a_recording_moves_triggers_events_and_joins_as_MNE_does) {
    Silence silence;
    const json& wanted = reference()["raw"];
    const Info info = create_info({"a", "b", "c"}, 100, {ChannelType::eeg, ChannelType::eeg, ChannelType::stim});
    Raw first = make_raw(info, integer_noise(3, 500, 2), 50);
    Raw second = make_raw(info, integer_noise(3, 401, 3));
    for (index k = 0; k < 500; ++k) {
        first.data(2, k) = k < 400 && k % 37 < 2 ? 1.0 + static_cast<double>(k / 37) : 0.0;
    }
    std::fill(second.data.data() + 2 * 401, second.data.data() + 3 * 401, 0.0);
    std::vector<Raw> both;
    both.push_back(std::move(first));
    both.push_back(std::move(second));
    Raw raw = concatenated(std::move(both));
    Events events{{60, 0, 1}, {433, 0, 2}, {949, 0, 3}};
    ResampleOptions options;
    options.sfreq = 64;
    resample(raw, options, &events);
    expect_rows(raw.data, wanted["resampled"], "resample");
    EXPECT_EQ(raw.first_samp, wanted["resampled_first_samp"].get<index>());
    EXPECT_EQ(raw.info.lowpass, wanted["resampled_lowpass"].get<double>());
    EXPECT_EQ(raw.info.sfreq, 64);
    for (std::size_t k = 0; k < events.size(); ++k) {
        EXPECT_EQ(events[k].sample, wanted["resampled_events"][k][0].get<index>());
    }
}

TEST(Resample, of_triggers_takes_the_first_value_that_is_not_zero) {
    for (const auto& [n, wanted] : reference()["triggers"].items()) {
        const double rate = std::stod(n) / 4;
        Raw raw = make_raw(create_info({"s"}, 100, ChannelType::stim), Array<double, 2>({1, 400}));
        for (index k = 0; k < 400; ++k) {
            raw.data(0, k) = k % 37 < 2 ? 1.0 + static_cast<double>(k / 37) : 0.0;
        }
        ResampleOptions options;
        options.sfreq = rate;
        Events none;
        resample(raw, options, &none);
        ASSERT_EQ(raw.n_samples(), static_cast<index>(wanted.size()));
        for (index k = 0; k < raw.n_samples(); ++k) {
            EXPECT_EQ(raw.data(0, k), wanted[static_cast<std::size_t>(k)].get<double>()) << n << " " << k;
        }
    }
}

TEST(Filter, of_epochs_and_averages_agrees_with_MNE_whose_padding_there_is_the_edge) {
    Silence silence;
    const json& wanted = reference()["epochs"];
    Epochs epochs;
    epochs.info = create_info({"a", "b"}, 100, ChannelType::eeg);
    epochs.data = Array<double, 3>({3, 2, 200});
    const Array<double, 2> x = integer_noise(6, 200, 4);
    std::copy(x.data(), x.data() + x.size(), epochs.data.data());
    epochs.preloaded = true;
    epochs.tmin = -0.5;
    epochs.n_times = 200;
    const auto rows = [](const Epochs& e, index k) {
        return View<const double, 2>(e.data.data() + k * 2 * e.n_times, {2, e.n_times});
    };
    Epochs filtered = epochs, resampled_epochs = epochs, one = epochs;
    filter(filtered, band({}, 30));
    ResampleOptions options;
    options.sfreq = 64;
    resample(resampled_epochs, options);
    FilterOptions second_only = band({}, 30);
    second_only.picks = {1};
    filter(one, second_only);
    for (index k = 0; k < 3; ++k) {
        expect_rows(rows(filtered, k), wanted["filtered"][static_cast<std::size_t>(k)], "epoch");
        expect_rows(rows(resampled_epochs, k), wanted["resampled"][static_cast<std::size_t>(k)], "epoch");
        for (index t = 0; t < 200; ++t) {
            EXPECT_EQ(one.data(k, 0, t), epochs.data(k, 0, t));
            EXPECT_NEAR(one.data(k, 1, t), filtered.data(k, 1, t), 1e-15);
        }
    }
    EXPECT_EQ(filtered.info.lowpass, 30);
    EXPECT_EQ(one.info.lowpass, 50);

    Evoked evoked;
    evoked.info = epochs.info;
    evoked.first = -50;
    evoked.data = Array<double, 2>({2, 200});
    for (index k = 0; k < 400; ++k) {
        evoked.data.data()[k] = (x.data()[k] + x.data()[400 + k] + x.data()[800 + k]) / 3;
    }
    Evoked other = evoked;
    filter(evoked, band({}, 30));
    expect_rows(evoked.data, wanted["evoked_filtered"], "evoked");
    resample(other, options);
    expect_rows(other.data, wanted["evoked_resampled"], "evoked");
    EXPECT_EQ(other.first, -32);
}

TEST(RingingSamples, are_those_that_MNE_pads_IIR_filters_with) {
    for (const auto& [name, wanted] : reference()["padlens"].items()) {
        std::vector<numerics::Section> sections;
        for (const json& row : wanted["sos"]) {
            sections.push_back(row.get<numerics::Section>());
        }
        EXPECT_EQ(ringing_samples(sections), wanted["padlen"].get<index>()) << name;
    }
}

TEST(Filter, has_the_same_bits_on_one_and_on_several_threads) {
    Silence silence;
    const auto bits = [](int threads, const FilterOptions& options) {
        const ThreadLimit limit(threads);
        Array<double, 2> x = integer_noise(21, 3000);
        filter(x, 100, options);
        return x;
    };
    FilterOptions iir = band(5, 20);
    iir.method = "iir";
    for (const FilterOptions& options : {band(5, 20), iir}) {
        const auto one = bits(1, options);
        for (const int threads : {2, 8}) {
            const auto many = bits(threads, options);
            EXPECT_EQ(std::memcmp(one.data(), many.data(), sizeof(double) * static_cast<std::size_t>(one.size())), 0);
        }
    }
    const auto slow = [](int threads) {
        const ThreadLimit limit(threads);
        ResampleOptions options;
        return resampled(integer_noise(21, 3000), 64, 100, options);
    };
    const auto one = slow(1), many = slow(8);
    EXPECT_EQ(std::memcmp(one.data(), many.data(), sizeof(double) * static_cast<std::size_t>(one.size())), 0);
}

// A zero-phase FIR low-pass passes a constant but for its gain at 0 Hz (1 to 0.0194 dB of a Hamming window: in fact the
// taps are normalised to 1), and reflected edges keep a straight line straight.
TEST(Filter, passes_a_straight_line_through_a_low_pass) {
    Array<double, 2> x({1, 500});
    for (index k = 0; k < 500; ++k) {
        x(0, k) = 2.0 - 0.01 * static_cast<double>(k);
    }
    filter(x, 100, band({}, 10));
    for (index k = 0; k < 500; ++k) {
        EXPECT_NEAR(x(0, k), 2.0 - 0.01 * static_cast<double>(k), 1e-12);
    }
}

TEST(Filter, leaves_flat_channels_flat_and_makes_zero_of_them_in_a_high_pass) {
    Silence silence;
    Array<double, 2> zero({3, 700}), flat({1, 700});
    std::fill(flat.data(), flat.data() + 700, 3e-5);
    filter(zero, 100, band(1, 30));
    filter(flat, 100, band(1, {}));
    for (index k = 0; k < 700; ++k) {
        EXPECT_EQ(zero(1, k), 0);
        EXPECT_NEAR(flat(0, k), 0, 1e-15 * 10);
    }
}

TEST(Filter, harmonics_are_notched_as_if_each_were_named) {
    const Array<double, 2> noise = integer_noise(2, 4000);
    Array<double, 2> named(noise), multiples(noise);
    NotchOptions options;
    options.freqs = {50, 100, 150, 200};
    notch_filter(named, 450, options);
    options.freqs = {100, 50};
    options.harmonics = 9;  // 250 Hz and beyond don't exist at 450 Hz
    notch_filter(multiples, 450, options);
    EXPECT_TRUE(std::equal(named.data(), named.data() + named.size(), multiples.data()));
}

TEST(Filter, refuses_what_means_no_filter) {
    Array<double, 2> x({2, 100});
    const auto refusal = [&](const FilterOptions& options) { return message_of([&] { filter(x, 100, options); }); };
    EXPECT_EQ(refusal(band({}, 50)), "h_freq must be less than the Nyquist frequency 50 Hz; got 50 Hz");
    EXPECT_EQ(refusal(band(-1, 20)), "l_freq must be > 0 Hz; got -1");
    FilterOptions o = band(5, 20);
    o.phase = "zerro";
    EXPECT_EQ(refusal(o),
              "phase (of method 'fir') must be one of 'zero', 'zero-double', 'linear', 'minimum', 'minimum-half'; got "
              "'zerro'; did you "
              "mean 'zero'?");
    o = band(5, 20);
    o.filter_length = "10 parsec";
    EXPECT_EQ(refusal(o),
              "filter_length must be 'auto', a duration such as '10s' or '5500ms', or a number of samples > 0; got '10 "
              "parsec'");
    o = band(5, 20);
    o.picks = {2};
    EXPECT_EQ(refusal(o), "picks must be in [0, 2); got 2");
    o = band(1, {});
    o.l_trans_bandwidth = 2;
    EXPECT_THAT(refusal(o), testing::HasSubstr("the lower stop frequency must be >= 0 Hz; got -1 Hz"));
    NotchOptions n;
    EXPECT_THROW(notch_filter(x, 100, n), InvalidInput);
    n.freqs = {20};
    n.notch_widths = {-1};
    EXPECT_EQ(message_of([&] { notch_filter(x, 100, n); }), "notch_widths must be >= 0 Hz; got -1.0");
    n.notch_widths = {};
    n.freqs = {20, 21};
    EXPECT_THROW(notch_filter(x, 100, n), InvalidInput);  // overlapping bands
    Raw lazy;
    lazy.info = create_info({"a"}, 100, ChannelType::eeg);
    EXPECT_THAT(message_of([&] { filter(lazy, band(5, 20)); }), testing::HasSubstr("filter needs the data in memory"));
    ResampleOptions r;
    EXPECT_THROW(resampled(x, 0, 100, r), InvalidInput);
    r.npad = "many";
    EXPECT_THROW(resampled(x, 50, 100, r), InvalidInput);
}

TEST(Filter, warns_of_a_filter_longer_than_the_signal) {
    Warnings warnings;
    Array<double, 2> x({1, 100});
    filter(x, 100, band(0.5, {}));
    ASSERT_EQ(warnings.seen.size(), 1U);
    EXPECT_THAT(warnings.seen[0], testing::HasSubstr("the filter is longer (661 samples) than the signal (100)"));
}

}  // namespace ranvier::meeg
