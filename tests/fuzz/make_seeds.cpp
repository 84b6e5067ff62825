// Writes small sound FIFF files, from which the fuzz targets start: make_seeds FOLDER → FOLDER/<target>/…
#include <filesystem>
#include <iostream>

#include "ranvier/learn/model_file.hpp"
#include "tests/formats/fiff/examples.hpp"

namespace ranvier::formats {
static void write_seeds(const fs::path& folder) {
    const auto in = [&](const char* target, const char* name) {
        fs::create_directories(folder / target);
        return folder / target / name;
    };
    const meeg::Raw raw = small_recording();
    for (const char* format : {"single", "double", "int", "short"}) {
        WriteRawFifOptions options;
        options.format = format;
        options.overwrite = true;
        write_raw_fif(raw, in("fuzz_fif_raw", (std::string(format) + "_raw.fif").c_str()), options);
    }
    WriteRawFifOptions packed;
    packed.overwrite = true;
    write_raw_fif(raw, in("fuzz_fif_raw", "packed_raw.fif.gz"), packed);

    meeg::Evoked evoked;
    evoked.info = raw.info;
    evoked.data = Array<double, 2>({raw.info.n_channels(), 12});
    evoked.first = -3;
    evoked.comment = "left";
    meeg::Evoked other = evoked;
    other.comment = "right";
    other.kind = "standard_error";
    write_evokeds_fif({evoked, other}, in("fuzz_fif_evoked", "two-ave.fif"), true);

    meeg::Epochs epochs;
    epochs.info = raw.info;
    epochs.events = {{50, 0, 1}, {60, 0, 2}, {70, 0, 1}};
    epochs.event_id = {{"hands", 1}, {"feet", 2}};
    epochs.selection = {0, 1, 3};
    epochs.drop_log = {{}, {}, {"EEG 001"}, {}};
    epochs.tmin = -0.2;
    epochs.n_times = 6;
    epochs.preloaded = true;
    epochs.dropped_bad = true;
    epochs.data = Array<double, 3>({3, raw.info.n_channels(), 6});
    write_epochs_fif(epochs, in("fuzz_fif_epochs", "three-epo.fif"), "single", true);

    meeg::Covariance covariance;
    covariance.names = meeg::channel_names(raw.info);
    covariance.data = Array<double, 2>({raw.info.n_channels(), raw.info.n_channels()});
    for (index c = 0; c < raw.info.n_channels(); ++c) {
        covariance.data(c, c) = 1;
    }
    covariance.bads = raw.info.bads;
    covariance.projections = raw.info.projections;
    write_covariance_fif(covariance, in("fuzz_fif_misc", "full-cov.fif"), true);
    write_projections_fif(raw.info.projections, in("fuzz_fif_misc", "one-proj.fif"), true);
    write_events_fif(epochs.events, in("fuzz_fif_misc", "three-eve.fif"), true);
    write_annotations_fif(raw.annotations, in("fuzz_fif_misc", "two-annot.fif"), true);
    write_info_fif(raw.info, in("fuzz_fif_misc", "info.fif"), true);

    using learn::StoredArray;
    const StoredArray square{{2, 2}, std::vector<double>{0, 1, 1, 0}}, two{{2}, std::vector<double>{0.5, 1}},
        names{{2}, std::vector<std::string>{"a", "b"}}, four{{1, 4}, std::vector<double>{0.1, 0.2, 0.3, 0.4}};
    learn::write_model({"HopfieldNetwork", R"({"update":"asynchronous"})", {{"weights_", square}}},
                       in("fuzz_trained", "memory.rvl"), true);
    learn::write_model({"SelfOrganizingMap", R"({"shape":[1,2]})", {{"weights_", square}}},
                       in("fuzz_trained", "map.rvl"), true);
    learn::write_model({"Perceptron", "{}", {{"coef_", square}, {"intercept_", two}, {"classes_", names}}},
                       in("fuzz_trained", "units.rvl"), true);
    learn::write_model({"MLPClassifier",
                        R"({"activation":"tanh"})",
                        {{"coefs_0", square}, {"intercepts_0", two}, {"classes_", names}}},
                       in("fuzz_trained", "net.rvl"), true);
    learn::write_model({"FuzzyART", R"({"alpha":0.01})", {{"weights_", four}, {"low_", two}, {"high_", two}}},
                       in("fuzz_trained", "art.rvl"), true);
    learn::write_model({"FactorAnalysis", "{}", {{"mean_", two}, {"components_", square}, {"noise_variance_", two}}},
                       in("fuzz_trained", "factors.rvl"), true);
    const StoredArray wide{{1, 2}, std::vector<double>{0.3, -0.4}}, steps{{}, std::vector<std::int64_t>{2}},
        whether{{}, std::vector<std::int64_t>{1}};
    learn::write_model({"ElmanNetwork",
                        R"({"activation":"tanh"})",
                        {{"weights_.U", wide},
                         {"weights_.R", square},
                         {"weights_.V", square},
                         {"weights_.b", two},
                         {"weights_.c", two},
                         {"classes_", names},
                         {"n_steps_", steps},
                         {"every_step_", whether}}},
                       in("fuzz_trained", "elman.rvl"), true);
    learn::write_model(
        {"Flow",
         R"({"nodes":[{"kind":"PCA","settings":{}},{"kind":"SelfOrganizingMap","settings":{"shape":[1,2]}}]})",
         {{"0.mean_", two}, {"0.components_", square}, {"1.weights_", square}}},
        in("fuzz_trained", "flow.rvl"), true);
}

}  // namespace ranvier::formats

int main(int count, char** words) {
    if (count != 2) {
        std::cerr << "usage: make_seeds FOLDER\n";
        return 2;
    }
    try {
        ranvier::formats::write_seeds(words[1]);
    } catch (const std::exception& error) {
        std::cerr << "make_seeds: " << error.what() << "\n";
        return 1;
    }
}
