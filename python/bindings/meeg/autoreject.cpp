// Limits that are learnt, and trials that are repaired.
#include "ranvier/meeg/artefacts/autoreject.hpp"

#include "call.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

using Picks = std::vector<index>;
using PythonFolds = std::vector<std::pair<Picks, Picks>>;

Folds engine_folds(const PythonFolds& folds) {
    Folds out;
    for (const auto& [train, test] : folds) {
        out.push_back({train, test});
    }
    return out;
}

ThresholdSearch search_named(const std::string& name) {
    return name == "grid_search" ? ThresholdSearch::grid : ThresholdSearch::bayesian;
}

}  // namespace

void bind_autoreject(nb::module_& m) {
    m.def(
        "global_threshold",
        [](const Epochs& epochs, const Picks& picks, const PythonFolds& folds, const std::string& search) {
            const Folds own = engine_folds(folds);
            return run([&] { return global_threshold(epochs, picks, own, search_named(search)); });
        },
        "epochs"_a, "picks"_a, "folds"_a, "search"_a);
    m.def(
        "channel_thresholds",
        [](const Epochs& epochs, const Picks& picks, bool augment, const std::vector<PythonFolds>& folds,
           const std::string& search, const std::optional<std::vector<std::vector<double>>>& draws) {
            std::vector<Folds> own;
            for (const PythonFolds& some : folds) {
                own.push_back(engine_folds(some));
            }
            return run([&] {
                const auto repair = augment ? make_repair(epochs.info, picks) : nullptr;
                return channel_thresholds(epochs, picks, repair.get(), own, search_named(search), draws);
            });
        },
        "epochs"_a, "picks"_a, "augment"_a, "folds"_a, "search"_a, "draws"_a.none());
    m.def(
        "peak_to_peak",
        [](const Epochs& epochs, const Picks& picks) {
            return numpy_view(run([&] { return peak_to_peak(epochs, picks); }));
        },
        "epochs"_a, "picks"_a);
    m.def(
        "judged_trials",
        [](const Epochs& epochs, const Picks& picks, const std::vector<double>& thresholds, index n_interpolate,
           double consensus) {
            auto [trials, bad] = run([&] {
                const Array<double, 2> sizes = peak_to_peak(epochs, picks);
                return std::pair(judged(sizes, thresholds, n_interpolate), bad_epochs(sizes, thresholds, consensus));
            });
            Array<double, 2> labels(trials.extents());
            std::transform(trials.data(), trials.data() + trials.size(), labels.data(),
                           [](Trial trial) { return static_cast<double>(trial); });
            return nb::make_tuple(numpy_view(labels), std::vector<bool>(bad));
        },
        "epochs"_a, "picks"_a, "thresholds"_a, "n_interpolate"_a, "consensus"_a);
    m.def(
        "rejection_losses",
        [](const Epochs& epochs, const Picks& picks, const std::vector<double>& thresholds,
           const std::vector<double>& consensus, const Picks& n_interpolate, const PythonFolds& folds) {
            const Folds own = engine_folds(folds);
            return numpy_view(run([&] {
                return rejection_losses(epochs, picks, *make_repair(epochs.info, picks), thresholds, consensus,
                                        n_interpolate, own);
            }));
        },
        "epochs"_a, "picks"_a, "thresholds"_a, "consensus"_a, "n_interpolate"_a, "folds"_a);
    m.def(
        "repair_trials",
        [](Epochs& epochs, const Picks& picks, const NumpyIn<double, 2>& labels) {
            const auto given = view_of<double, 2>(labels);
            TrialTable trials(given.extents());
            std::transform(given.data(), given.data() + given.size(), trials.data(),
                           [](double label) { return label == 2 ? Trial::repaired : Trial::good; });
            run([&] { repair_trials(epochs, picks, *make_repair(epochs.info, picks), trials); });
        },
        "epochs"_a, "picks"_a, "labels"_a);
    m.def(
        "ransac_correlations",
        [](const Epochs& epochs, const Picks& picks, const std::vector<Picks>& subsets) {
            return numpy_view(run([&] { return ransac_correlations(epochs, picks, subsets); }));
        },
        "epochs"_a, "picks"_a, "subsets"_a);
}

}  // namespace ranvier::python
