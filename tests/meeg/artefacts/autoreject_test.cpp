#include "ranvier/meeg/artefacts/autoreject.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/meeg/artefacts/medians.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"

namespace ranvier::meeg {
namespace {

/// Epochs of EEG like that of a head: a few smooth fields with noise of their own.
Epochs epochs_of(index n_epochs, index n_times = 150) {
    const Montage montage = make_standard_montage("biosemi16");
    std::vector<std::string> names;
    for (const auto& [name, place] : montage.positions) {
        names.push_back(name);
    }
    Info info = create_info(names, 100, ChannelType::eeg);
    set_montage(info, montage);
    RandomStream random(3, 0);
    Array<double, 3> data({n_epochs, info.n_channels(), n_times});
    for (index e = 0; e < n_epochs; ++e) {
        for (index t = 0; t < n_times; ++t) {
            const double a = random.normal(), b = random.normal(), c = random.normal();
            for (index k = 0; k < info.n_channels(); ++k) {
                const Point p = info.channels[static_cast<std::size_t>(k)].position();
                data(e, k, t) = 1e-4 * (a * p[0] + b * p[1] + c * p[2]) + 1e-6 * random.normal();
            }
        }
    }
    Events events;
    for (index e = 0; e < n_epochs; ++e) {
        events.push_back({200 * e, 0, 1});
    }
    return make_epochs(std::move(info), std::move(data), events, 0, {{"x", 1}});
}

Folds folds_of(index n) {
    Folds folds;
    for (index f = 0; f < 4; ++f) {
        Fold fold;
        for (index e = 0; e < n; ++e) {
            (e % 4 == f ? fold.test : fold.train).push_back(e);
        }
        folds.push_back(fold);
    }
    return folds;
}

TEST(Medians, AreThoseOfSortedColumnsForAnyNumberOfRows) {
    RandomStream random(1, 0);
    for (index rows = 1; rows <= 70; ++rows) {
        Array<double, 2> x({rows, 130});
        std::vector<const double*> at;
        for (index k = 0; k < x.size(); ++k) {
            x.data()[k] = random.normal();
        }
        for (index k = 0; k < rows; ++k) {
            at.push_back(&x(k, 0));
        }
        std::vector<double> out(130);
        Medians(rows).find(at, out);
        for (index t = 0; t < 130; ++t) {
            std::vector<double> column;
            for (index k = 0; k < rows; ++k) {
                column.push_back(x(k, t));
            }
            ASSERT_EQ(out[static_cast<std::size_t>(t)], median(column)) << rows << " rows, column " << t;
        }
    }
}

TEST(Repair, OfAnySetIsTheSplineThroughTheOthers) {
    const Epochs epochs = epochs_of(1);
    const auto picks = counted(16);
    const auto repair = make_repair(epochs.info, picks);
    for (const std::vector<index>& bad : {std::vector<index>{4}, {0, 15}, {1, 2, 3, 7, 8, 9, 12}}) {
        Array<double, 2> from({16 - std::ssize(bad), 3}), to({std::ssize(bad), 3});
        std::vector<index> good;
        for (const index k : picks) {
            if (std::ranges::find(bad, k) == bad.end()) {
                good.push_back(k);
            }
        }
        const auto fill = [&](Array<double, 2>& rows, const std::vector<index>& which) {
            for (index k = 0; k < std::ssize(which); ++k) {
                std::ranges::copy(
                    epochs.info.channels[static_cast<std::size_t>(which[static_cast<std::size_t>(k)])].position(),
                    rows.view().row(k).begin());
            }
        };
        fill(from, good);
        fill(to, bad);
        const auto expected = spherical_spline_matrix(from, to);
        const auto weights = repair->weights(bad);
        for (index i = 0; i < std::ssize(bad); ++i) {
            for (index k = 0; k < std::ssize(good); ++k) {
                // The system has a condition of some 1e5.
                EXPECT_NEAR(weights(i, good[static_cast<std::size_t>(k)]), expected(i, k), 1e-9);
            }
            EXPECT_EQ(weights(i, bad.front()), 0);
        }
    }
    EXPECT_THROW(repair->weights(picks), InvalidInput);
    Info nowhere = create_info({"a", "b"}, 100, ChannelType::eeg);
    EXPECT_THROW(make_repair(nowhere, {0, 1}), InvalidInput);
    Info magnetic = create_info({"a", "b"}, 100, ChannelType::mag);
    EXPECT_THROW(make_repair(magnetic, {0, 1}), NotYet);
}

TEST(Thresholds, LieBetweenOrdinaryEpochsAndThoseWithAnArtefact) {
    Epochs epochs = epochs_of(24);
    for (const index e : {3, 10, 17}) {
        for (index t = 40; t < 90; ++t) {
            epochs.data(e, 5, t) += 3e-4;
        }
    }
    const auto picks = counted(16);
    const auto sizes = peak_to_peak(epochs, picks);
    double ordinary = 0;
    for (index e = 0; e < 24; ++e) {
        if (e != 3 && e != 10 && e != 17) {
            ordinary = std::max(ordinary, sizes(e, 5));
        }
    }
    for (const auto search : {ThresholdSearch::grid, ThresholdSearch::bayesian}) {
        EXPECT_LE(channel_thresholds(epochs, picks, nullptr, {folds_of(24)}, search)[5], ordinary);
        EXPECT_LT(global_threshold(epochs, picks, folds_of(24), search), 2e-4);
    }
    const auto thresholds = channel_thresholds(epochs, picks, nullptr, {folds_of(24)});
    const auto trials = judged(sizes, thresholds, 1);
    for (const index e : {3, 10, 17}) {
        EXPECT_EQ(trials(e, 5), Trial::repaired);
        EXPECT_FALSE(bad_epochs(sizes, thresholds, 0.9)[static_cast<std::size_t>(e)]);
    }
    const Array<double, 3> before = epochs.data;
    repair_trials(epochs, picks, *make_repair(epochs.info, picks), trials);
    EXPECT_LT(peak_to_peak(epochs, picks)(3, 5), 1.5e-4);
    EXPECT_EQ(before(4, 6, 10), epochs.data(4, 6, 10));
}

TEST(Thresholds, HaveTheSameBitsOnAnyNumberOfThreads) {
    const Epochs epochs = epochs_of(12);
    const auto picks = counted(16);
    const auto repair = make_repair(epochs.info, picks);
    const auto learn = [&](int n) {
        const ThreadLimit limit(n);
        auto all = channel_thresholds(epochs, picks, repair.get(), {folds_of(24)});
        const auto losses = rejection_losses(epochs, picks, *repair, all, {0.1, 0.5, 1.0}, {1, 4}, folds_of(12));
        const auto correlations = ransac_correlations(epochs, picks, {{0, 3, 9}, {4, 5}, {15, 2, 7, 11}});
        all.insert(all.end(), losses.data(), losses.data() + losses.size());
        all.insert(all.end(), correlations.data(), correlations.data() + correlations.size());
        return all;
    };
    EXPECT_EQ(learn(1), learn(2));
    EXPECT_EQ(learn(1), learn(8));
}

TEST(Thresholds, RefuseWhatNothingCanBeLearntFrom) {
    Epochs epochs = epochs_of(4);
    EXPECT_THROW(channel_thresholds(epochs, {0}, nullptr, {{}}), InvalidInput);
    EXPECT_THROW(channel_thresholds(epochs, {0}, nullptr, {{{{0, 1}, {}}}}), InvalidInput);
    EXPECT_THROW(channel_thresholds(epochs, {0}, nullptr, {{{{0, 1}, {4}}}}), InvalidInput);
    EXPECT_THROW(channel_thresholds(epochs, {0, 1, 2}, nullptr, {folds_of(4), folds_of(4)}), InvalidInput);
    const auto repair = make_repair(epochs.info, counted(16));
    const std::vector<double> limits(16, 1.0);
    for (const Folds& folds : {Folds{}, Folds{{{0, 1}, {}}}, Folds{{{0, 1}, {4}}}}) {
        EXPECT_THROW(rejection_losses(epochs, counted(16), *repair, limits, {0.5}, {1}, folds), InvalidInput);
    }
    epochs.data(2, 3, 4) = std::nan("");
    EXPECT_THROW(peak_to_peak(epochs, counted(16)), InvalidInput);
    EXPECT_NO_THROW(peak_to_peak(epochs, {0, 1}));
}

TEST(BayesianChoice, IsTheLeastWhereAllAreTriedFirst) {
    const std::vector<double> x{1e-5, 2e-5, 3e-5, 4e-5}, losses{3e-6, 2e-6, 1e-6, 2e-6};
    EXPECT_EQ(detail::bayesian_choice(x, losses, 40), 2);
    const std::vector<double> lost{INFINITY, INFINITY, INFINITY, INFINITY};
    EXPECT_THROW(detail::bayesian_choice(x, lost, 40), InvalidInput);
    const std::vector<double> some{INFINITY, INFINITY, 1e-6, 2e-6};
    EXPECT_EQ(detail::bayesian_choice(x, some, 40), 2);
}

TEST(Ransac, CorrelationsOfASmoothFieldAreHighAndOfNoiseLow) {
    Epochs epochs = epochs_of(3);
    RandomStream random(9, 0);
    for (index e = 0; e < 3; ++e) {
        for (index t = 0; t < 150; ++t) {
            epochs.data(e, 7, t) = 1e-5 * random.normal();
            epochs.data(e, 8, t) = 0;
        }
    }
    std::vector<std::vector<index>> subsets;
    for (index s = 0; s < 8; ++s) {
        subsets.push_back({s % 7, (s + 2) % 7, 9 + s % 7, 9 + (s + 3) % 7});
    }
    const auto found = ransac_correlations(epochs, counted(16), subsets);
    for (index e = 0; e < 3; ++e) {
        EXPECT_GT(found(e, 2), 0.8);
        EXPECT_LT(std::abs(found(e, 7)), 0.4);
        EXPECT_EQ(found(e, 8), 0);
    }
    EXPECT_THROW(ransac_correlations(epochs, counted(16), {{}}), InvalidInput);
    EXPECT_THROW(ransac_correlations(epochs, counted(16), {{16}}), InvalidInput);
    EXPECT_THROW(ransac_correlations(epochs, counted(16), {}), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
