#include "ranvier/meeg/ica/ica.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

#include "ranvier/base/numpy_random.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/meeg/ica/judge.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/preprocess/reference.hpp"

namespace ranvier::meeg {
namespace {

constexpr index n_samples = 4000, n_channels = 6;

/// Sources that are known: a saw, a square wave, and sparse noise of different rates, mixed.
Array<double, 2> known_sources() {
    Array<double, 2> s({n_channels, n_samples});
    NumpyRandom random(7);
    for (index t = 0; t < n_samples; ++t) {
        s(0, t) = std::fmod(0.013 * static_cast<double>(t), 1.0) - 0.5;
        s(1, t) = std::sin(0.021 * static_cast<double>(t)) > 0 ? 1 : -1;
        for (index k = 2; k < n_channels; ++k) {
            const double u = random.uniform() - 0.5;
            s(k, t) = (u < 0 ? 1 : -1) * std::log(1 - 2 * std::abs(u)) * static_cast<double>(k);
        }
    }
    return s;
}

Array<double, 2> known_mixing() {
    Array<double, 2> A({n_channels, n_channels});
    NumpyRandom random(3);
    for (index i = 0; i < A.size(); ++i) {
        A.data()[i] = 1e-5 * random.normal();
    }
    return A;
}

Raw mixed() {
    const Array<double, 2> s = known_sources(), A = known_mixing();
    Array<double, 2> x({n_channels, n_samples});
    for (index i = 0; i < n_channels; ++i) {
        for (index k = 0; k < n_channels; ++k) {
            for (index t = 0; t < n_samples; ++t) {
                x(i, t) += A(i, k) * s(k, t);
            }
        }
    }
    Info info = create_info({"a", "b", "c", "d", "e", "f"}, 100, ChannelType::eeg);
    info.highpass = 1;
    return make_raw(std::move(info), std::move(x));
}

double correlation(std::span<const double> x, std::span<const double> y) {
    Array<double, 2> a({1, std::ssize(x)}), b({1, std::ssize(y)});
    std::ranges::copy(x, a.data());
    std::ranges::copy(y, b.data());
    return correlations(a, b, 100, {}, {})(0, 0);
}

Ica fitted(const Raw& raw, const std::string& method = "fastica", Value n = {}) {
    Ica ica;
    ica.asked.method = method;
    ica.asked.n_components = std::move(n);
    ica.asked.random_state = 1;
    if (method == "infomax") {
        ica.asked.fit_params = Value::Map{{"extended", true}};
    }
    fit(ica, raw);
    return ica;
}

std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "";
}

TEST(IcaOfRecordings, each_method_finds_sources_that_are_known) {
    const Array<double, 2> known = known_sources();
    for (const char* method : {"fastica", "infomax", "picard"}) {
        const Ica ica = fitted(mixed(), method);
        const Array<double, 2> found = sources(ica, mixed(), 0, n_samples);
        for (index k = 0; k < n_channels; ++k) {
            double best = 0;
            for (index i = 0; i < found.extent(0); ++i) {
                best = std::max(best, std::abs(correlation(found.view().row(i), known.view().row(k))));
            }
            EXPECT_GT(best, 0.99) << method << ", source " << k;
        }
    }
}

TEST(IcaOfRecordings, the_same_bits_come_of_any_number_of_threads) {
    for (const char* method : {"fastica", "infomax"}) {
        std::vector<Array<double, 2>> results;
        for (const int threads : {1, 2, 8}) {
            const ThreadLimit limit(threads);
            Raw raw = mixed();
            const Ica ica = fitted(raw, method);
            IcaApplyOptions options;
            options.exclude = {0, 2};
            apply(ica, raw, options);
            results.push_back(std::move(raw.data));
        }
        EXPECT_TRUE(std::equal(results[0].data(), results[0].data() + results[0].size(), results[1].data()));
        EXPECT_TRUE(std::equal(results[0].data(), results[0].data() + results[0].size(), results[2].data()));
    }
}

TEST(IcaOfRecordings, what_is_taken_out_is_the_component_times_its_map_and_no_more) {
    Raw raw = mixed();
    const Raw before = raw;
    const Ica ica = fitted(raw);
    const Array<double, 2> s = sources(ica, raw, 0, n_samples), maps = components_of(ica);
    IcaApplyOptions options;
    options.exclude = {1};
    apply(ica, raw, options);
    for (index c = 0; c < n_channels; ++c) {
        for (index t = 0; t < n_samples; t += 37) {
            EXPECT_NEAR(before.data(c, t) - raw.data(c, t), ica.pre_whitener(c, 0) * maps(c, 1) * s(1, t), 1e-15);
        }
    }
    // The way over all principal components gives the same as that over a matrix.
    Raw other = before;
    Ica almost = ica;
    almost.mixing(0, 0) += 1e-7;  // no inverse any more
    apply(almost, other, options);
    for (index t = 0; t < n_samples; t += 37) {
        EXPECT_NEAR(other.data(2, t), raw.data(2, t), 1e-10);
    }
}

TEST(IcaOfRecordings, principal_components_that_are_left_out_lower_the_rank) {
    Raw raw = mixed();
    const Ica ica = fitted(raw, "fastica", std::int64_t{3});
    IcaApplyOptions options;
    options.n_pca_components = std::int64_t{4};
    apply(ica, raw, options);
    for (index c = 0; c < n_channels; ++c) {  // the mean stays
        const auto row = raw.data.view().row(c);
        const double mean = std::reduce(row.begin(), row.end()) / n_samples;
        for (double& v : row) {
            v -= mean;
        }
    }
    EXPECT_EQ(compute_rank(raw).front().second, 4);
}

TEST(IcaOfRecordings, epochs_and_averages_lose_what_the_recording_loses) {
    Raw raw = mixed();
    const Ica ica = fitted(raw);
    EpochsOptions cut;
    cut.tmin = -0.2;
    cut.tmax = 0.3;
    cut.baseline.reset();
    const Events events{{500, 0, 1}, {1000, 0, 1}, {2100, 0, 1}};
    Epochs epochs = make_epochs(std::make_shared<const Raw>(raw), events, {{"1", 1}}, cut);
    load(epochs);
    Evoked mean = average(epochs);
    IcaApplyOptions options;
    options.exclude = {0};
    apply(ica, raw, options);
    apply(ica, epochs, options);
    apply(ica, mean, options);
    const Evoked after = average(epochs);
    for (index t = 0; t < epochs.n_times; ++t) {
        EXPECT_NEAR(epochs.data(1, 3, t), raw.data(3, 1000 - 20 + t), 1e-18);
        EXPECT_NEAR(mean.data(3, t), after.data(3, t), 1e-18);
    }
}

TEST(IcaOfRecordings, more_components_than_the_rank_are_refused_with_the_number_to_ask_for) {
    Raw raw = mixed();
    set_eeg_reference(raw, channel_names(raw.info), {ChannelType::eeg}, true);
    EXPECT_EQ(fitted(raw).n_components(), 5);
    const std::string why = refusal([&] { fitted(raw, "fastica", std::int64_t{6}); });
    EXPECT_NE(why.find("the rank of the data, 5 of 6 channels; got 6"), std::string::npos) << why;
    EXPECT_NE(why.find("give n_components=5 or None"), std::string::npos) << why;
    // A flat channel is named.
    raw = mixed();
    std::fill_n(&raw.data(3, 0), n_samples, 2e-5);
    EXPECT_EQ(fitted(raw).n_components(), 5);
    const std::string flat = refusal([&] { fitted(raw, "fastica", std::int64_t{6}); });
    EXPECT_NE(flat.find("Flat channels lower it: d"), std::string::npos) << flat;
}

TEST(IcaOfRecordings, what_cannot_be_decomposed_is_refused_by_name) {
    Raw raw = mixed();
    raw.data(2, 100) = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NE(refusal([&] { fitted(raw); }).find("'c'"), std::string::npos);
    // But for samples that are annotated as bad.
    add_annotation(raw, {0.9, 0.3, "bad", {}});
    EXPECT_EQ(fitted(raw).n_components(), 6);
    raw = mixed();
    std::fill_n(raw.data.data(), raw.data.size(), 1e-6);
    EXPECT_NE(refusal([&] { fitted(raw); }).find("all of type eeg are flat"), std::string::npos);
    raw = mixed();
    set_channel_types(raw.info, {{"b", ChannelType::stim}});
    Ica ica;
    IcaFitOptions options;
    options.picks = {0, 1};
    EXPECT_NE(refusal([&] { fit(ica, raw, options); }).find("channel 'b' is of type stim"), std::string::npos);
    EXPECT_NE(refusal([&] { fitted(mixed(), "fastica", 1e-9); }).find("one principal component alone"),
              std::string::npos);
    options.picks.clear();
    options.reject[ChannelType::eeg] = 1e-12;
    EXPECT_NE(refusal([&] { fit(ica, mixed(), options); }).find("no clean segment"), std::string::npos);
    const Ica good = fitted(mixed());
    EXPECT_NE(refusal([&] { sources_raw(good, mixed(), 20, 10); }).find("start must lie before stop"),
              std::string::npos);
    EXPECT_NE(refusal([&] { fitted(mixed(), "imported_eeglab"); }).find("says where components come from"),
              std::string::npos);
    // A channel of another type that is one number all along, which its mean over all samples is not to the last bit.
    raw = mixed();
    set_channel_types(raw.info, {{"b", ChannelType::eog}});
    std::ranges::fill(raw.data.view().row(1), 0.3e-3);
    options.picks = {0, 1, 2, 3, 4, 5};
    options.reject = {};
    EXPECT_NE(refusal([&] { fit(ica, raw, options); }).find("all of type eog are flat"), std::string::npos);
    IcaApplyOptions apply_options;
    apply_options.exclude = {6};
    EXPECT_NE(refusal([&] {
                  Raw other = mixed();
                  apply(good, other, apply_options);
              }).find("exclude must name components from 0 to 5; got 6"),
              std::string::npos);
    EXPECT_NE(refusal([&] {
                  Raw other = mixed();
                  pick(other, {0, 1, 2});
                  apply(good, other);
              }).find("not present in the info: d, e, f"),
              std::string::npos);
}

TEST(IcaOfRecordings, an_offset_that_is_large_costs_no_digits) {
    Raw raw = mixed();
    const Ica plain = fitted(raw);
    for (index c = 0; c < n_channels; ++c) {
        for (double& v : raw.data.view().row(c)) {
            v += 0.5 * static_cast<double>(c + 1);  // [V], 10⁴ times the signal, as of amplifiers without high-pass
        }
    }
    const Ica off = fitted(raw);
    const Array<double, 2> a = components_of(plain), b = components_of(off);
    for (index i = 0; i < a.size(); ++i) {
        // Types are scaled by all their samples' deviation, offsets between channels included.
        EXPECT_NEAR(a.data()[i] * plain.pre_whitener(0, 0), b.data()[i] * off.pre_whitener(0, 0), 1e-11);
    }
}

TEST(IcaInFiles, components_come_back_with_all_that_was_judged) {
    Ica ica = fitted(mixed());
    ica.exclude = {2, 0};
    ica.labels = {{"eog", {2}}, {"a;b:\"c", {0, 1}}};
    ica.reject[ChannelType::eeg] = 1e-4;
    ica.n_pca_components = 0.99;
    for (const char* name : {"x-ica.fif", "x-ica.fif.gz"}) {
        const auto path = std::filesystem::temp_directory_path() / ("ranvier-" + std::string(name));
        formats::write_ica_fif(ica, path, true);
        const Ica read = formats::read_ica_fif(path);
        EXPECT_EQ(read.exclude, ica.exclude);
        EXPECT_EQ(read.labels, ica.labels);
        EXPECT_EQ(read.reject, ica.reject);
        EXPECT_EQ(read.n_pca_components, ica.n_pca_components);
        EXPECT_EQ(read.asked.method, "fastica");
        EXPECT_EQ(read.n_samples, n_samples);
        EXPECT_TRUE(std::equal(read.unmixing.data(), read.unmixing.data() + read.unmixing.size(), ica.unmixing.data()));
        EXPECT_EQ(read.pca_mean, ica.pca_mean);
        EXPECT_EQ(channel_names(*read.info), ica.ch_names);
        std::filesystem::remove(path);
    }
}

TEST(IcaInFiles, a_file_that_ends_early_is_refused_wherever_it_ends) {
    const auto path = std::filesystem::temp_directory_path() / "ranvier-whole-ica.fif";
    formats::write_ica_fif(fitted(mixed()), path, true);
    const auto size = std::filesystem::file_size(path);
    const auto cut = std::filesystem::temp_directory_path() / "ranvier-cut-ica.fif";
    for (std::uintmax_t length = 0; length<size; length += size - length> 64 ? 7 : 1) {
        std::filesystem::copy_file(path, cut, std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(cut, length);
        EXPECT_THROW(formats::read_ica_fif(cut), FileError) << length << " of " << size << " bytes";
    }
    std::filesystem::remove(path);
    std::filesystem::remove(cut);
}

TEST(IcaOfRecordings, sources_of_what_is_not_annotated_as_bad_are_those_of_the_whole_without_it) {
    Raw raw = mixed();
    const Ica ica = fitted(raw);
    add_annotation(raw, {5, 1, "BAD_a", {}});
    add_annotation(raw, {5.5, 1, "bad b", {}});
    add_annotation(raw, {19.5, 5, "BAD_c", {}});
    const auto whole = sources(ica, raw, 400, 2000), good = sources(ica, raw, 400, 2000, true);
    ASSERT_EQ(good.extent(1), 1600 - 150 - 50);
    for (index k = 0; k < good.extent(0); ++k) {
        for (index t = 0; t < good.extent(1); ++t) {
            ASSERT_NEAR(good(k, t), whole(k, t < 100 ? t : t + 150), 1e-12);
        }
    }
}

TEST(JudgingComponents, what_does_not_vary_is_like_nothing) {
    Array<double, 2> flat({1, 1001}), other({1, 1001});
    std::fill_n(flat.data(), 1001, 0.3e-3);
    for (index t = 0; t < 1001; ++t) {
        other(0, t) = std::sin(static_cast<double>(t));
    }
    EXPECT_TRUE(std::isnan(correlations(flat, other, 100, {}, {})(0, 0)));
}

TEST(JudgingComponents, outliers_are_those_far_from_the_others) {
    EXPECT_EQ(outliers(std::vector{0.1, 0.0, -0.1, 0.05, 5.0, 0.0, 0.1, -0.05, 0.02, 0.0, 0.01, 0.03}, 3),
              std::vector<index>{4});
    // The second round sees what the first one hid.
    std::vector<double> two(40, 0.0);
    for (std::size_t k = 0; k < two.size(); ++k) {
        two[k] = k % 2 == 0 ? 0.1 : -0.1;
    }
    two[3] = 50;
    two[7] = -1;
    EXPECT_EQ(outliers(two, 3), (std::vector<index>{3, 7}));
    EXPECT_EQ(outliers(two, 3, 1), (std::vector<index>{3}));
}

TEST(JudgingComponents, phases_that_are_locked_are_told_from_phases_that_are_not) {
    constexpr index epochs = 80, times = 60;
    Array<double, 3> x({epochs, 2, times});
    NumpyRandom random(1);
    for (index e = 0; e < epochs; ++e) {
        const double phase = 2 * std::numbers::pi * random.uniform();
        for (index t = 0; t < times; ++t) {
            const double turn = 2 * std::numbers::pi * static_cast<double>(t) / 12;
            x(e, 0, t) = std::cos(turn) + 0.1 * random.normal();
            x(e, 1, t) = std::cos(turn + phase);
        }
    }
    const Kuiper k = cross_trial_phase(x);
    for (index t = 10; t < 50; ++t) {
        // All phases lie within a twentieth of the circle: D is near 1, and −ln p / 2n near D².
        EXPECT_GT(k.statistic(0, t), 0.8);
        EXPECT_GT(k.significance(0, t), 0.6);
        EXPECT_LT(k.significance(1, t), 0.1);
    }
}

TEST(JudgingComponents, maps_like_a_template_are_found_whatever_their_sign) {
    NumpyRandom random(2);
    std::vector<double> target(20);
    for (double& v : target) {
        v = random.normal();
    }
    std::vector<Array<double, 2>> maps;
    for (const index at : {1, 3}) {
        Array<double, 2> own({4, 20});
        for (index i = 0; i < own.size(); ++i) {
            own.data()[i] = random.normal();
        }
        for (index c = 0; c < 20; ++c) {
            own(at, c) = (at == 1 ? 2 : -3) * target[static_cast<std::size_t>(c)] + 0.1 * random.normal();
        }
        maps.push_back(std::move(own));
    }
    const SimilarMaps found = similar_maps(maps, target, std::vector{0.8});
    EXPECT_EQ(found.found, (std::vector<std::vector<index>>{{1}, {3}}));
    EXPECT_GT(found.median, 0.95);
    EXPECT_NE(refusal([&] {
                  similar_maps(maps, std::vector<double>(20, 1.0), std::vector{0.99});
              }).find("No component detected"),
              std::string::npos);
}

}  // namespace
}  // namespace ranvier::meeg
