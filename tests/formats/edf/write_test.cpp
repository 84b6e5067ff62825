#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "ranvier/base/log.hpp"
#include "ranvier/formats/edf/edf.hpp"
#include "ranvier/formats/edf/numbers.hpp"
#include "tests/formats/recorded_data.hpp"

namespace ranvier::formats {
namespace {

class Silence {
public:
    Silence() : before_(set_log_sink([](LogLevel, const std::string&) {})) {}
    ~Silence() { set_log_sink(before_); }

private:
    LogSink before_;
};

meeg::Raw example(double sfreq, index n) {
    using enum meeg::ChannelType;
    meeg::Info info = meeg::create_info({"Fp1", "Cz", "heart", "STI", "else"}, sfreq, {eeg, eeg, ecg, stim, misc});
    info.meas_date = meeg::MeasurementDate{1551499506, 250000};  // 2019-03-02 04:05:06.25
    info.highpass = 0.1;
    info.lowpass = 40;
    Array<double, 2> data({5, n});
    for (index t = 0; t < n; ++t) {
        const double x = static_cast<double>(t);
        data(0, t) = 5e-5 * std::sin(0.1 * x);
        data(1, t) = 2e-5 * std::cos(0.37 * x) + 1e-5;
        data(2, t) = 1e-3 * std::sin(0.01 * x);
        data(3, t) = static_cast<double>((t / 7) % 3 == 0 ? t % 251 : 0);
        data(4, t) = 3.5 * std::sin(0.2 * x) - 100;
    }
    meeg::Raw raw = meeg::make_raw(info, std::move(data), 12);
    meeg::set_annotations(raw, {{{0.5, 0.25, "tone", {}}, {1.125, 0, "ünï", {}}, {0.75, 1, "bad", {"Cz", "Fp1"}}}, {}});
    return raw;
}

TEST(EdfWrite, comes_back_within_half_a_step_of_16_or_24_bits) {
    const Silence silence;
    const TemporaryFolder folder;
    for (const auto& [range, bdf] :
         {std::pair{"auto", false}, {"channelwise", false}, {"auto", true}, {"channelwise", true}}) {
        const meeg::Raw raw = example(100, 300);
        WriteEdfOptions options;
        options.physical_range = range;
        options.overwrite = true;
        const auto path = folder / (bdf ? "x.bdf" : "x.edf");
        (bdf ? write_raw_bdf : write_raw_edf)(raw, path, options);
        meeg::Raw back = (bdf ? read_raw_bdf : read_raw_edf)(path, {});
        EXPECT_EQ(meeg::channel_names(back.info), meeg::channel_names(raw.info));
        EXPECT_EQ(back.info.sfreq, 100);
        EXPECT_EQ(back.info.highpass, 0.1);
        EXPECT_EQ(back.info.lowpass, 40);
        EXPECT_EQ(back.info.meas_date->seconds, raw.info.meas_date->seconds);
        ASSERT_EQ(back.n_samples(), raw.n_samples());
        meeg::load(back);
        // the span of the data in 65534 or 16777214 steps; the header's eight characters widen it by less than 0.1 %
        const bool by_type = std::string(range) == "auto";
        const std::vector<double> span{1e-4, by_type ? 1e-4 : 4e-5, 2e-3, 0, 7};
        for (index c = 0; c < 5; ++c) {
            for (index t = 0; t < raw.n_samples(); ++t) {
                ASSERT_NEAR(back.data(c, t), raw.data(c, t),
                            0.5 * 1.001 * span[static_cast<std::size_t>(c)] / (bdf ? 16777214 : 65534))
                    << path << " " << range << " " << c << " " << t;
            }
        }
        ASSERT_EQ(back.annotations.items.size(), 3u);
        for (std::size_t k = 0; k < 3; ++k) {
            const meeg::Annotation& a = back.annotations.items[k];
            const meeg::Annotation& b = raw.annotations.items[k];
            EXPECT_NEAR(a.onset, b.onset - raw.first_time(), 1e-6);
            EXPECT_NEAR(a.duration, b.duration, 1e-6);
            EXPECT_EQ(a.description, b.description);
            EXPECT_EQ(a.channels, b.channels);
        }
    }
}

TEST(EdfWrite, trigger_codes_come_back_exactly) {
    const Silence silence;
    const TemporaryFolder folder;
    for (const double shift : {0.0, 40000.0, -70000.0}) {
        meeg::Raw raw = example(100, 300);
        raw.info.channels[3].name = "Status";
        for (index t = 0; t < 300; ++t) {
            raw.data(3, t) += shift;
        }
        WriteEdfOptions options;
        options.overwrite = true;
        write_raw_edf(raw, folder / "x.edf", options);
        ReadEdfOptions plain;
        plain.stim_channel = "";
        meeg::Raw back = read_raw_edf(folder / "x.edf", plain);
        meeg::load(back);
        for (index t = 0; t < 300; ++t) {
            // exact but for the last bit of the calibration
            EXPECT_NEAR(back.data(3, t), raw.data(3, t), 1e-9);
        }
    }
}

TEST(EdfWrite, an_unfinished_last_second_is_filled_and_marked) {
    const Silence silence;
    const TemporaryFolder folder;
    const meeg::Raw raw = example(100, 250);
    write_raw_edf(raw, folder / "x.edf");
    meeg::Raw back = read_raw_edf(folder / "x.edf");
    EXPECT_EQ(back.n_samples(), 300);
    const meeg::Annotation& last = back.annotations.items.back();
    EXPECT_EQ(last.description, "BAD_ACQ_SKIP");
    EXPECT_NEAR(last.onset, 2.5, 1e-6);
    EXPECT_NEAR(last.duration, 0.5, 1e-6);
    meeg::load(back);
    EXPECT_EQ(back.data(1, 299), back.data(1, 249));
}

TEST(EdfWrite, a_rate_that_is_not_whole_keeps_six_digits) {
    const Silence silence;
    const TemporaryFolder folder;
    for (const double sfreq : {600.614990234375, 0.5, 250.5}) {
        const meeg::Raw raw = example(sfreq, 1202);
        WriteEdfOptions options;
        options.overwrite = true;
        write_raw_edf(raw, folder / "x.edf", options);
        EXPECT_NEAR(read_raw_edf(folder / "x.edf").info.sfreq / sfreq, 1, 1e-6);
    }
}

TEST(EdfWrite, what_edf_can_not_hold_is_refused_and_leaves_no_file) {
    const Silence silence;
    const TemporaryFolder folder;
    const auto path = folder / "x.edf";
    const auto refused = [&](const auto& change) {
        meeg::Raw raw = example(100, 200);
        change(raw);
        EXPECT_THROW(write_raw_edf(raw, path), InvalidInput);
        EXPECT_FALSE(std::filesystem::exists(path));
    };
    refused([](meeg::Raw& raw) { raw.info.channels[0].name = "seventeen letters"; });
    refused([](meeg::Raw& raw) { raw.info.channels[0].name = "Fpé"; });
    refused([](meeg::Raw& raw) { raw.info.channels[0].name = "EDF Annotations"; });
    refused([](meeg::Raw& raw) { raw.data(1, 3) = std::nan(""); });
    refused([](meeg::Raw& raw) { raw.data(1, 3) = 1e305; });
    refused([](meeg::Raw& raw) { raw.info.meas_date->seconds = 0; });
    refused([](meeg::Raw& raw) { raw.annotations.items[0].description = "a\x14z"; });
    write_raw_edf(example(100, 200), path);
    EXPECT_THROW(write_raw_edf(example(100, 200), path), FileError);
}

TEST(EdfWrite, flat_channels_and_single_samples_are_written) {
    const Silence silence;
    const TemporaryFolder folder;
    meeg::Info info = meeg::create_info({"a", "b"}, 10, {meeg::ChannelType::eeg, meeg::ChannelType::misc});
    Array<double, 2> data({2, 1});
    data(0, 0) = 3e-6;
    data(1, 0) = -1e7;
    write_raw_edf(meeg::make_raw(info, std::move(data)), folder / "x.edf");
    meeg::Raw back = read_raw_edf(folder / "x.edf");
    meeg::load(back);
    EXPECT_NEAR(back.data(0, 0), 3e-6, 1e-6 / 65534);
    EXPECT_NEAR(back.data(1, 0), -1e7, 1e4 / 65534);
}

TEST(EdfNumbers, eight_characters_enclose_the_value) {
    for (const double value : {0.0, 1.0, -1.0, 123.456789, -123.456789, 99999999.0, 9999999.96, 1e-7, -3.2e-12,
                               1.23456789e20, 0.99897602, 1 / 3.0, -32768.0, 65535.25}) {
        for (const std::string& text : {nearest_text(value), text_below(value), text_above(value)}) {
            EXPECT_LE(text.size(), 8u) << value;
            EXPECT_NEAR(number_of(text), value, 2e-2 * std::abs(value)) << text;
        }
        EXPECT_LE(number_of(text_below(value)), value);
        EXPECT_GE(number_of(text_above(value)), value);
    }
    EXPECT_EQ(text_below(-123.456789), "-123.457");
    EXPECT_EQ(text_above(123.456789), "123.4568");
    EXPECT_EQ(nearest_text(2), "2");
}

}  // namespace
}  // namespace ranvier::formats
