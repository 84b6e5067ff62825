#pragma once

#include "ranvier/meeg/preprocess/reference.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "tests/meeg/recording/memory_source.hpp"
#include "tests/meeg/reference_values.hpp"

namespace ranvier::meeg {

/// The recording of tests/reference/meeg_epochs.py.
inline Raw plain_recording() {
    const ChannelType types[] = {ChannelType::mag, ChannelType::grad, ChannelType::eeg, ChannelType::eeg,
                                 ChannelType::eeg, ChannelType::eog,  ChannelType::stim};
    const double scales[] = {1e-13, 1e-12, 1e-5, 1e-5, 1e-5, 1e-4, 0};
    Array<double, 2> data({7, 3000});
    for (index c = 0; c < 7; ++c) {
        for (index t = 0; t < 3000; ++t) {
            data(c, t) = scales[c] * wave(c, t);
        }
    }
    const auto add = [&](index c, index begin, index end, double value) {
        for (index t = begin; t < end; ++t) {
            data(c, t) += value;
        }
    };
    add(5, 1000, 1010, 6e-4);
    add(2, 1500, 1506, 2e-4);
    add(3, 1495, 1500, -2e-4);
    add(4, 1500, 1506, 2e-4);
    for (index t = 1940; t < 2100; ++t) {
        data(0, t) = 2e-13;
    }
    auto info = create_info({"C0", "C1", "C2", "C3", "C4", "C5", "C6"}, 250, {types, types + 7});
    info.bads = {"C4"};
    auto raw = make_raw(std::move(info), std::move(data), 333);
    Annotations annotations;
    annotations.items = {{3, 0.1, "BAD movement", {}}, {9, 0.2, "good", {}}};
    set_annotations(raw, annotations);
    return raw;
}

inline StableVector<Projection> recording_projections(const Info& info) {
    Projection field;
    field.description = "field";
    field.channels = {"C0", "C1", "C9"};
    field.vectors = Array<double, 2>({1, 3});
    field.vectors(0, 0) = 0.8;
    field.vectors(0, 1) = 0.59;
    field.vectors(0, 2) = 0.11;
    return {field, average_reference(info)};
}

inline std::shared_ptr<Raw> projected_recording() {
    auto raw = std::make_shared<Raw>(plain_recording());
    add_projections(raw->info, recording_projections(raw->info));
    return raw;
}

inline Events events_from(const nlohmann::json& list) {
    Events events;
    for (const auto& row : list) {
        events.push_back({row[0], row[1], row[2]});
    }
    return events;
}

inline std::shared_ptr<Raw> lazy_copy(const Raw& raw) {
    auto lazy = std::make_shared<Raw>(
        make_raw(raw.info, std::vector<Segment>{{std::make_shared<MemorySource>(raw.data), 0, raw.n_samples()}},
                 raw.first_samp));
    lazy->annotations = raw.annotations;
    return lazy;
}

template <std::size_t Rank>
void expect_same_bits(const Array<double, Rank>& a, const Array<double, Rank>& b) {
    ASSERT_EQ(a.extents(), b.extents());
    EXPECT_TRUE(std::equal(a.data(), a.data() + a.size(), b.data()));
}

/// |difference| <= 1e-9 of the largest value of the row, each row by itself.
inline void expect_rows(View<const double, 2> got, const nlohmann::json& expected, const std::string& what,
                        index stride = 1, double relative = 1e-9) {
    ASSERT_EQ(got.extent(0), static_cast<index>(expected.size())) << what;
    for (index c = 0; c < got.extent(0); ++c) {
        double most = 0;
        for (const auto& x : expected[c]) {
            most = std::max(most, std::abs(x.get<double>()));
        }
        ASSERT_EQ((got.extent(1) + stride - 1) / stride, static_cast<index>(expected[c].size())) << what;
        for (std::size_t t = 0; t < expected[c].size(); ++t) {
            ASSERT_NEAR(got(c, static_cast<index>(t) * stride), expected[c][t], relative * most + 1e-28)
                << what << " row " << c << " sample " << t;
        }
    }
}

}  // namespace ranvier::meeg
