#include "ranvier/meeg/preprocess/interpolation.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "ranvier/base/random.hpp"
#include "ranvier/meeg/forward/sphere.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/meeg/sensors/shafts.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"
#include "tests/meeg/integer_noise.hpp"
#include "tests/meeg/reference_values.hpp"

namespace ranvier::meeg {
namespace {

const std::vector<std::string> names{"Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz",
                                     "C4",  "T8",  "P7", "P3", "Pz", "P4", "P8", "O1", "O2"};

Raw placed_raw() {
    Info info = create_info(names, 100, ChannelType::eeg);
    set_montage(info, make_standard_montage("colin27_1005"));
    info.bads = {"Fz", "P8"};
    return make_raw(info, integer_noise(19, 60, 6));
}

/// A row of depth contacts, 3.5 mm apart, slightly off its line.
Raw depth_raw(index contacts, double (*signal)(double along, double time)) {
    Info info = create_info(
        [&] {
            std::vector<std::string> labels{"stim"};
            for (index k = 0; k < contacts; ++k) {
                labels.push_back("A" + std::to_string(k));
            }
            return labels;
        }(),
        100, ChannelType::seeg);
    set_type(info.channels[0], ChannelType::stim);
    Array<double, 2> data({contacts + 1, 5});
    for (index k = 0; k < contacts; ++k) {
        const double along = 0.0035 * static_cast<double>(k);
        auto& loc = *info.channels[static_cast<std::size_t>(k + 1)].loc;
        loc[0] = 0.01 + 0.6 * along;
        loc[1] = 0.02 + 0.8 * along;
        loc[2] = 0.03 + (k % 2 ? 1e-5 : 0);
        for (index t = 0; t < 5; ++t) {
            data(k + 1, t) = signal(along, static_cast<double>(t));
        }
    }
    return make_raw(info, std::move(data));
}

double cubic(double along, double time) {
    const double x = along / 0.03;
    return (1 + time) * x * x * x - 2 * x * x + time * x + 0.5;
}

}  // namespace

// Reference: tests/reference/make_meeg_operations.py, MNE-Python 1.13.
TEST(InterpolateBads, gives_MNEs_values_around_the_fitted_and_around_a_given_centre) {
    const nlohmann::json wanted = reference_values("meeg_interpolation");
    Raw fitted = placed_raw(), given = placed_raw();
    const Raw before = placed_raw();
    interpolate_bads(fitted);
    InterpolationOptions around;
    around.reset_bads = false;
    around.origin = {0, 0.01, 0.04};
    interpolate_bads(given, around);
    EXPECT_EQ(fitted.info.bads, wanted["bads_auto"].get<std::vector<std::string>>());
    EXPECT_EQ(given.info.bads, wanted["bads_given"].get<std::vector<std::string>>());
    const std::array<index, 2> bad{4, 16};
    for (std::size_t b = 0; b < 2; ++b) {
        for (index t = 0; t < 60; ++t) {
            const auto at = static_cast<std::size_t>(t);
            EXPECT_NEAR(fitted.data(bad[b], t), wanted["auto"][b][at].get<double>(), 1e-10);
            EXPECT_NEAR(given.data(bad[b], t), wanted["given"][b][at].get<double>(), 1e-10);
        }
    }
    for (index t = 0; t < 60; ++t) {
        EXPECT_EQ(fitted.data(0, t), before.data(0, t));
    }
}

TEST(InterpolateBads, of_epochs_and_averages_is_that_of_a_recording) {
    Raw raw = placed_raw();
    Evoked evoked;
    evoked.info = raw.info;
    evoked.data = raw.data;
    Epochs epochs;
    epochs.info = raw.info;
    epochs.preloaded = true;
    epochs.data = Array<double, 3>({2, 19, 30});
    for (index e = 0; e < 2; ++e) {
        for (index c = 0; c < 19; ++c) {
            for (index t = 0; t < 30; ++t) {
                epochs.data(e, c, t) = raw.data(c, 30 * e + t);
            }
        }
    }
    interpolate_bads(raw);
    interpolate_bads(evoked);
    interpolate_bads(epochs);
    EXPECT_TRUE(evoked.info.bads.empty());
    EXPECT_TRUE(epochs.info.bads.empty());
    for (index t = 0; t < 60; ++t) {
        EXPECT_EQ(evoked.data(4, t), raw.data(4, t));
        EXPECT_EQ(epochs.data(t / 30, 16, t % 30), raw.data(16, t));
    }
}

TEST(InterpolateBads, refuses_channels_without_places_and_data_on_disk) {
    Raw raw = placed_raw();
    raw.info.channels[4].loc->fill(std::nan(""));
    EXPECT_THAT(message_of([&] { interpolate_bads(raw); }), testing::HasSubstr("'Fz' has no position"));
    raw = placed_raw();
    raw.preloaded = false;
    EXPECT_THROW(interpolate_bads(raw), InvalidInput);
    raw = placed_raw();
    raw.info.bads = names;
    EXPECT_THAT(message_of([&] { interpolate_bads(raw); }), testing::HasSubstr("no good EEG channel"));
}

// With 1 in every row's sum a constant is kept; without regularisation the spline passes through its points.
TEST(SphericalSpline, keeps_constants_and_passes_through_its_points) {
    const Raw raw = placed_raw();
    Array<double, 2> from({19, 3});
    for (index c = 0; c < 19; ++c) {
        for (index k = 0; k < 3; ++k) {
            from(c, k) = raw.info.channels[static_cast<std::size_t>(c)].loc[static_cast<std::size_t>(k)];
        }
    }
    const Array<double, 2> smooth = spherical_spline_matrix(from, from), exact = spherical_spline_matrix(from, from, 0);
    for (index i = 0; i < 19; ++i) {
        double sum = 0;
        for (index k = 0; k < 19; ++k) {
            sum += smooth(i, k);
            EXPECT_NEAR(exact(i, k), i == k ? 1 : 0, 1e-9);
        }
        EXPECT_NEAR(sum, 1, 1e-9);
    }
}

// A cubic along the shaft is what a cubic spline keeps; contacts are 0.01 mm off their line, so 1e-5 of the range.
TEST(InterpolateBads, gives_a_depth_contact_what_a_cubic_along_its_shaft_says) {
    Raw raw = depth_raw(10, cubic);
    const Raw truth = raw;
    raw.info.bads = {"A3", "A7"};
    for (index t = 0; t < 5; ++t) {
        raw.data(4, t) = raw.data(8, t) = 1e6;
    }
    interpolate_bads(raw);
    EXPECT_TRUE(raw.info.bads.empty());
    for (index c = 0; c < 11; ++c) {
        for (index t = 0; t < 5; ++t) {
            EXPECT_NEAR(raw.data(c, t), truth.data(c, t), 1e-4) << c;
        }
    }
}

TEST(InterpolateBads, names_the_contact_whose_shaft_has_too_few_good_ones) {
    Raw raw = depth_raw(6, cubic);
    raw.info.bads = {"A1", "A2", "A3"};
    EXPECT_THAT(message_of([&] { interpolate_bads(raw); }), testing::HasSubstr("'A1', 'A2', 'A3' there are 3 of 6"));
    raw.info.bads = {"A1"};
    raw.info.channels[2].loc->fill(1.0);
    EXPECT_THAT(message_of([&] { interpolate_bads(raw); }), testing::HasSubstr("'A1' there are 1 of 2"));
}

TEST(Shafts, end_where_the_gap_is_more_than_twice_the_distance_of_neighbours) {
    std::vector<Point> points;
    for (const double x : {0.0, 3.0, 6.0, 9.0, 20.0, 23.0, 26.0}) {
        points.push_back({x * 1e-3, 0, 0});
    }
    points.push_back({0, 0.05, 0});
    const std::vector<Shaft> found = shafts(points);
    ASSERT_EQ(found.size(), 3u);
    std::vector<index> first = found[0].contacts, second = found[1].contacts;
    std::ranges::sort(first);
    std::ranges::sort(second);
    EXPECT_THAT(first, testing::ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(second, testing::ElementsAre(4, 5, 6));
    EXPECT_THAT(found[2].contacts, testing::UnorderedElementsAre(0, 7));  // two points make a line
    EXPECT_THAT(shafts({{0.01, 0, 0}}).at(0).contacts, testing::ElementsAre(0));
}

TEST(InterpolateBads, takes_for_a_bad_pair_of_optodes_the_nearest_good_one_of_its_wavelength) {
    Info info = create_info({"S1_D1 850", "S1_D1 760", "S2_D2 760", "S2_D2 850", "S3_D3 760", "S3_D3 850"}, 10,
                            ChannelType::fnirs_od);
    const double at[] = {0.01, 0.01, 0.02, 0.02, 0.04, 0.04}, nm[] = {850, 760, 760, 850, 760, 850};
    Array<double, 2> data({6, 4});
    for (std::size_t k = 0; k < 6; ++k) {
        info.channels[k].loc->fill(0.0);
        (*info.channels[k].loc)[0] = at[k];
        (*info.channels[k].loc)[9] = nm[k];
        std::ranges::fill(data.view().row(static_cast<index>(k)), static_cast<double>(k));
    }
    Raw raw = make_raw(info, std::move(data));
    raw.info.bads = {"S2_D2 760", "S2_D2 850"};
    interpolate_bads(raw);
    EXPECT_EQ(raw.data(2, 0), 1);
    EXPECT_EQ(raw.data(3, 3), 0);
    raw.info.bads = {"S1_D1 760", "S2_D2 760", "S3_D3 760"};
    EXPECT_THAT(message_of([&] { interpolate_bads(raw); }), testing::HasSubstr("wavelength of 'S1_D1 760'"));
}

TEST(InterpolateBads, refuses_methods_that_a_kind_of_channels_does_not_have) {
    Raw raw = placed_raw();
    InterpolationOptions options;
    const auto message = [&](Value method) {
        options.method = std::move(method);
        return message_of([&] { interpolate_bads(raw, options); });
    };
    EXPECT_THAT(message("nearest"), testing::HasSubstr("method for 'eeg' must be one of 'spline', 'MNE', 'nan'"));
    EXPECT_THAT(message("splines"), testing::HasSubstr("'splines'"));
    EXPECT_THAT(message(Value::Map{{"meg", "spline"}}), testing::HasSubstr("method for 'meg'"));
    EXPECT_THAT(message(Value::Map{{"mag", "MNE"}}), testing::HasSubstr("name them 'meg'"));
    EXPECT_THAT(message(Value::Map{{"eog", "spline"}}), testing::HasSubstr("must be 'nan'"));
    EXPECT_THAT(message(Value::Map{{"egg", "MNE"}}), testing::HasSubstr("egg"));
    EXPECT_THAT(message(3.0), testing::HasSubstr("method must be a word or a dict"));
    EXPECT_EQ(raw.data(4, 0), placed_raw().data(4, 0));
}

}  // namespace ranvier::meeg
