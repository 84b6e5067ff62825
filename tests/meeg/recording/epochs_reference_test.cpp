// Epochs, averages and references against values of MNE-Python (tests/reference/meeg_epochs.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/formats/fiff/numbers.hpp"
#include "tests/meeg/recording/epochs_recording.hpp"

namespace ranvier::meeg {

namespace {

const nlohmann::json& reference() {
    static const auto values = reference_values("meeg_epochs");
    return values;
}

const EventIds names{{"aud/left", 1}, {"aud/right", 2}, {"vis", 3}};

std::optional<double> number(const nlohmann::json& value) {
    return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

EpochsOptions options_of(const nlohmann::json& s, const Info& info) {
    EpochsOptions o;
    o.tmin = s.value("tmin", -0.2);
    o.tmax = s.value("tmax", 0.3);
    if (s.contains("baseline")) {
        o.baseline = s["baseline"].is_null()
                         ? std::nullopt
                         : std::optional(Baseline{number(s["baseline"][0]), number(s["baseline"][1])});
    }
    if (s.contains("detrend")) {
        o.detrend = s["detrend"].get<int>();
    }
    o.decim = s.value("decim", 1);
    o.proj = s.value("proj", true) ? Projecting::yes : Projecting::no;
    o.reject_by_annotation = s.value("reject_by_annotation", true);
    for (const char* kind : {"reject", "flat"}) {
        if (s.contains(kind)) {
            for (const auto& [type, limit] : s[kind].items()) {
                (kind[0] == 'r' ? o.reject : o.flat)[channel_type(type)] = limit;
            }
        }
    }
    if (s.contains("reject_tmin")) {
        o.reject_tmin = s["reject_tmin"].get<double>();
        o.reject_tmax = s["reject_tmax"].get<double>();
    }
    if (s.contains("picks")) {
        o.picks = channel_indices(info, s["picks"].get<std::vector<std::string>>());
    }
    return o;
}

EventIds ids_of(const nlohmann::json& s) {
    if (!s.contains("event_id")) {
        return names;
    }
    EventIds ids;
    if (!s["event_id"].is_null()) {
        for (const auto& [name, code] : s["event_id"].items()) {
            ids.emplace_back(name, code.get<int>());
        }
    }
    return ids;
}

Epochs named_epochs(const std::shared_ptr<Raw>& raw, const EventIds& ids, double tmin = -0.05, double tmax = 0.1) {
    EpochsOptions o;
    o.tmin = tmin;
    o.tmax = tmax;
    return make_epochs(raw, events_from(reference()["events"]), ids, o);
}

}  // namespace

TEST(EpochsReference, cutting_rejection_averages_and_errors_agree_with_MNE_in_every_setting) {
    const auto events = events_from(reference()["events"]);
    for (const bool lazy : {false, true}) {
        for (const auto& c : reference()["cases"]) {
            const auto& s = c["settings"];
            const std::string what = s.dump() + (lazy ? " lazy" : "");
            const auto memory = projected_recording();
            const std::shared_ptr<const Raw> raw = lazy ? lazy_copy(*memory) : memory;
            auto epochs = make_epochs(raw, events, ids_of(s), options_of(s, raw->info));
            const auto streamed = average(epochs);
            const auto streamed_error = standard_error(epochs);
            auto dropped = epochs;
            drop_bad(dropped);
            load(epochs);

            EXPECT_EQ(epochs.selection, c["selection"].get<std::vector<index>>()) << what;
            EXPECT_EQ(epochs.drop_log, c["drop_log"].get<std::vector<std::vector<std::string>>>()) << what;
            EXPECT_EQ(dropped.selection, epochs.selection) << what;
            EXPECT_EQ(dropped.drop_log, epochs.drop_log) << what;
            const auto times = epochs.times();
            ASSERT_EQ(times.size(), c["times"].size()) << what;
            for (std::size_t t = 0; t < times.size(); ++t) {
                EXPECT_NEAR(times[t], c["times"][t], 1e-12) << what;
            }
            EXPECT_NEAR(epochs.info.sfreq, c["sfreq"], 1e-10) << what;
            ASSERT_EQ(epochs.options.baseline.has_value(), !c["baseline"].is_null()) << what;
            if (epochs.options.baseline) {
                EXPECT_NEAR(*epochs.options.baseline->tmin, c["baseline"][0], 1e-12) << what;
                EXPECT_NEAR(*epochs.options.baseline->tmax, c["baseline"][1], 1e-12) << what;
            }
            const auto evoked = average(epochs);
            EXPECT_EQ(channel_names(evoked.info), c["names"].get<std::vector<std::string>>()) << what;
            EXPECT_EQ(evoked.comment, c["comment"]) << what;
            EXPECT_EQ(evoked.nave, c["nave"].get<double>()) << what;
            EXPECT_EQ(evoked.first, c["first"]) << what;
            // Rows that a projection or detrending empties hold rounding errors of the order of 1e-16 of the data.
            expect_rows(evoked.data, c["average"], what);
            expect_rows(standard_error(epochs).data, c["error"], what, 17);
            const index last = epochs.n_epochs() - 1;
            expect_rows(std::as_const(epochs.data).view()[last], c["last"], what, 13);
            expect_same_bits(streamed.data, evoked.data);
            expect_same_bits(streamed_error.data, standard_error(epochs).data);
        }
    }
}

TEST(EpochsReference, epochs_are_chosen_by_tags_as_by_MNE) {
    auto epochs = named_epochs(projected_recording(), names);
    epochs.options.baseline.reset();
    load(epochs);
    for (const auto& [key, selection] : reference()["chosen"].items()) {
        EXPECT_EQ(subset(epochs, matching(epochs, {key})).selection, selection.get<std::vector<index>>()) << key;
    }
    const auto aud = subset(epochs, matching(epochs, {"aud"}));
    EXPECT_EQ(aud.drop_log, reference()["chosen_log"].get<std::vector<std::vector<std::string>>>());
    EXPECT_EQ(aud.event_id, (EventIds{{"aud/left", 1}, {"aud/right", 2}}));
}

TEST(EpochsReference, equalized_counts_keep_the_epochs_that_MNE_keeps) {
    const auto raw = projected_recording();
    for (const auto& c : reference()["equalized"]) {
        EpochsOptions o;
        o.tmin = 0;
        o.tmax = 0.004;
        o.baseline.reset();
        o.reject_by_annotation = false;
        auto epochs = make_epochs(raw, events_from(c["events"]), names, o);
        std::vector<std::vector<std::string>> groups;
        if (!c["groups"].is_null()) {
            for (const auto& group : c["groups"]) {
                groups.push_back({group.get<std::string>()});
            }
        }
        const auto dropped = equalize_event_counts(epochs, groups, c["method"]);
        EXPECT_EQ(dropped, c["dropped"].get<std::vector<index>>()) << c;
        EXPECT_EQ(epochs.selection, c["selection"].get<std::vector<index>>()) << c;
    }
}

TEST(EvokedReference, combinations_have_the_comment_nave_and_data_of_MNE) {
    const auto raw = projected_recording();
    std::vector<Evoked> abc;
    for (const auto& name : names) {
        abc.push_back(average(named_epochs(raw, {name})));
    }
    const auto both = average(named_epochs(raw, {{"x", 1}, {"y", 2}}));
    const Evoked &a = abc[0], &b = abc[1];
    const std::vector<Evoked> combined{combine_evoked({a, b}, {1, -1}),
                                       combine_evoked(abc, combination_weights(abc, "nave")),
                                       combine_evoked(abc, combination_weights(abc, "equal")),
                                       combine_evoked({both, a}, {0.5, -2.25}),
                                       combine_evoked({a, negated(b)}, {1, -1}),
                                       combine_evoked({a, negated(both)}, {-1, 1})};
    ASSERT_EQ(combined.size(), reference()["combined"].size());
    for (std::size_t k = 0; k < combined.size(); ++k) {
        const auto& c = reference()["combined"][k];
        EXPECT_EQ(combined[k].comment, c["comment"]);
        EXPECT_NEAR(combined[k].nave, c["nave"], 1e-12);
        expect_rows(combined[k].data, c["data"], "combination " + std::to_string(k), 9);
    }
}

TEST(EvokedReference, cropped_decimated_and_shifted_times_are_those_of_MNE) {
    const auto raw = projected_recording();
    const auto a = average(named_epochs(raw, {names[0]}));
    const auto expect_times = [](const std::vector<double>& got, const nlohmann::json& expected) {
        ASSERT_EQ(got.size(), expected.size());
        for (std::size_t t = 0; t < got.size(); ++t) {
            EXPECT_NEAR(got[t], expected[t], 1e-12);
        }
    };
    auto cropped = a, decimated = a, shifted = a;
    crop(cropped, -0.02, 0.07);
    expect_times(cropped.times(), reference()["cropped"]["times"]);
    EXPECT_EQ(cropped.first, reference()["cropped"]["first"]);
    decimate(decimated, 4, 1);
    expect_times(decimated.times(), reference()["decimated"]["times"]);
    expect_rows(decimated.data.view().slice(0, 1, 2), nlohmann::json::array({reference()["decimated"]["data"]}),
                "decimated");
    shift_time(shifted, 0.0123);
    expect_times(shifted.times(), reference()["shifted"]);

    auto epochs = named_epochs(raw, names);
    auto lazily_decimated = epochs;
    load(epochs);
    auto early = epochs;
    crop(early, -0.02, 0.07);
    expect_times(early.times(), reference()["epochs_cropped"]);
    decimate(epochs, 3);
    expect_times(epochs.times(), reference()["epochs_decimated"]);
    decimate(lazily_decimated, 3);
    expect_times(lazily_decimated.times(), reference()["epochs_decimated"]);
}

TEST(EpochsReference, joined_epochs_have_the_events_and_log_of_MNE) {
    const auto raw = projected_recording();
    EpochsOptions o;
    o.tmin = -0.05;
    o.tmax = 0.1;
    o.reject = {{ChannelType::eog, 5e-4}};
    const auto one = make_epochs(raw, events_from(reference()["events"]), names, o);
    const auto joined = concatenated({one, named_epochs(raw, {names[2]})});
    const auto& c = reference()["joined"];
    EXPECT_EQ(joined.events, events_from(c["events"]));
    EXPECT_EQ(joined.selection, c["selection"].get<std::vector<index>>());
    EXPECT_EQ(joined.drop_log, c["drop_log"].get<std::vector<std::vector<std::string>>>());
    EXPECT_EQ(joined.event_id, names);
    check(joined);
}

TEST(EpochsReference, events_on_one_sample_are_dropped_or_merged_as_by_MNE) {
    const Events twice{{500, 0, 1}, {500, 0, 2}, {700, 1, 2}, {700, 2, 3},
                       {900, 0, 3}, {900, 0, 3}, {990, 0, 1}, {990, 0, 2}};
    for (const bool merge : {false, true}) {
        EpochsOptions o;
        o.tmin = 0;
        o.tmax = 0.1;
        o.baseline.reset();
        o.event_repeated = merge ? Repeated::merge : Repeated::drop;
        const auto epochs = make_epochs(projected_recording(), twice, {{"a", 1}, {"b", 2}, {"c", 3}}, o);
        const auto& c = reference()[merge ? "repeated_merge" : "repeated_drop"];
        EXPECT_EQ(epochs.events, events_from(c["events"]));
        EXPECT_EQ(epochs.selection, c["selection"].get<std::vector<index>>());
        EXPECT_EQ(epochs.drop_log, c["drop_log"].get<std::vector<std::vector<std::string>>>());
        ASSERT_EQ(epochs.event_id.size(), c["event_id"].size());
        for (const auto& [name, code] : epochs.event_id) {
            EXPECT_EQ(code, c["event_id"][name]) << name;
        }
    }
}

TEST(ReferenceReference, every_scheme_gives_the_samples_that_MNE_gives_lazily_or_not) {
    const auto expect_part = [](Raw raw, const std::string& key) {
        const auto& c = reference()[key];
        EXPECT_EQ(channel_names(raw.info), c["names"].get<std::vector<std::string>>()) << key;
        EXPECT_EQ(raw.info.bads, c["bads"].get<std::vector<std::string>>()) << key;
        EXPECT_EQ(formats::fiff::number(raw.info.custom_ref_applied), c["custom"]) << key;
        expect_rows(samples(raw, pick_all(raw.info), 1480, 1520), c["data"], key, 3);
    };
    const auto plain = plain_recording();
    for (const bool lazy : {false, true}) {
        const auto changed = [&](auto change) {
            Raw raw = lazy ? *lazy_copy(plain) : plain;
            change(raw);
            return raw;
        };
        expect_part(changed([](Raw& r) { set_eeg_reference(r); }), "average_ref");
        expect_part(changed([](Raw& r) { set_eeg_reference(r, {"C3"}); }), "one_ref");
        expect_part(changed([](Raw& r) { set_eeg_reference(r, {"C3", "C4"}); }), "bad_ref");
        expect_part(changed([](Raw& r) { add_reference_channels(r, {"REF"}); }), "added_ref");
        expect_part(changed([](Raw& r) { set_bipolar_reference(r, {"C2", "C2"}, {"C3", "C4"}); }), "bipolar");
        expect_part(changed([](Raw& r) { set_bipolar_reference(r, {"C2"}, {"C3"}, {"x"}, false); }), "bipolar_kept");
        expect_part(changed([](Raw& r) {
                        add_projections(r.info, recording_projections(r.info));
                        apply_projections(r);
                    }),
                    "projected");
    }
}

TEST(ReferenceReference, the_projector_is_that_of_MNE) {
    const auto raw = projected_recording();
    const auto p = projector(raw->info);
    EXPECT_EQ(p.rank, reference()["projector"]["rank"]);
    for (index i = 0; i < 7; ++i) {
        for (index j = 0; j < 7; ++j) {
            EXPECT_NEAR(p.matrix(i, j), reference()["projector"]["matrix"][i][j], 1e-14);
        }
    }
}

}  // namespace ranvier::meeg
