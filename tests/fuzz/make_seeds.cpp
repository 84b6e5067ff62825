// Writes small sound FIFF files, from which the fuzz targets start: make_seeds FOLDER → FOLDER/<target>/…
#include <filesystem>
#include <iostream>

#include "ranvier/formats/tables/model_file.hpp"
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
    write_raw_fif(raw, in("fuzz_fif_raw", "complex_raw.fif"), packed, &raw);

    meeg::Evoked evoked;
    evoked.info = raw.info;
    evoked.data = Array<double, 2>({raw.info.n_channels(), 12});
    evoked.first = -3;
    evoked.comment = "left";
    meeg::Evoked other = evoked;
    other.comment = "right";
    other.kind = "standard_error";
    write_evokeds_fif({evoked, other}, in("fuzz_fif_evoked", "two-ave.fif"), true);
    write_complex_evokeds_fif({{evoked, evoked}, {other, {}}}, in("fuzz_fif_evoked", "complex-ave.fif"), true);

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
    write_epochs_fif(epochs, in("fuzz_fif_epochs", "complex-epo.fif"), "double", true, 2'000'000'000, "neuromag",
                     &epochs);

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
    const auto array = [](std::vector<index> shape, const std::vector<double>& values) {
        StoredArray a(values);
        a.shape = std::move(shape);
        return a;
    };
    const StoredArray square = array({2, 2}, {0, 1, 1, 0}), two = array({2}, {0.5, 1}),
                      four = array({1, 4}, {0.1, 0.2, 0.3, 0.4}), wide = array({1, 2}, {0.3, -0.4}),
                      names(std::vector<std::string>{"a", "b"});
    const auto write = [&](const char* file, const learn::Model& model) {
        write_model(model, in("fuzz_trained", file), true);
    };
    write("memory.rvl",
          {"HopfieldNetwork", {{"update", "asynchronous"}}, {{"weights_", square}, {"patterns_", square}}});
    write("map.rvl", {"SelfOrganizingMap", {{"shape", Value::List{1, 2}}}, {{"weights_", square}}});
    write("units.rvl", {"Perceptron", {}, {{"coef_", square}, {"intercept_", two}, {"classes_", names}}});
    write(
        "net.rvl",
        {"MLPClassifier", {{"activation", "tanh"}}, {{"coefs_0", square}, {"intercepts_0", two}, {"classes_", names}}});
    write("art.rvl", {"FuzzyART", {{"alpha", 0.01}}, {{"weights_", four}, {"low_", two}, {"high_", two}}});
    write("factors.rvl", {"FactorAnalysis", {}, {{"mean_", two}, {"components_", square}, {"noise_variance_", two}}});
    write("elman.rvl", {"ElmanNetwork",
                        {{"activation", "tanh"}},
                        {{"weights_.U", wide},
                         {"weights_.R", square},
                         {"weights_.V", square},
                         {"weights_.b", two},
                         {"weights_.c", two},
                         {"classes_", names},
                         {"n_steps_", 2},
                         {"every_step_", 1}}});
    const Value::Map pca{{"kind", "PCA"}, {"settings", Value::Map{}}},
        map{{"kind", "SelfOrganizingMap"}, {"settings", Value::Map{{"shape", Value::List{1, 2}}}}};
    write("flow.rvl", {"Flow",
                       {{"nodes", Value::List{pca, map}}},
                       {{"0.mean_", two}, {"0.components_", square}, {"1.weights_", square}}});
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
