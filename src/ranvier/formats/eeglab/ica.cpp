// Independent components that EEGLAB has found.
#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/eeglab/dataset.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::formats {

namespace {

using namespace eeglab;

Array<double, 2> matrix(const Dataset& set, const std::string& name) {
    const MatValue* value = set.find(name);
    if (value == nullptr || value->kind != MatValue::Kind::numbers || value->empty() || value->extents.size() != 2) {
        set.fail("EEG." + name + " must be a matrix: no independent components are in this file");
    }
    std::vector<double> numbers(static_cast<std::size_t>(value->count()));
    read_numbers(value->type, value->big_endian, value->bytes, numbers);
    Array<double, 2> result({value->extents[0], value->extents[1]});
    for (index i = 0; i < result.extent(0); ++i) {
        for (index j = 0; j < result.extent(1); ++j) {  // column by column
            result(i, j) = numbers[static_cast<std::size_t>(j * result.extent(0) + i)];
        }
    }
    if (!std::all_of(result.data(), result.data() + result.size(), [](double v) { return std::isfinite(v); })) {
        set.fail("EEG." + name + " must hold finite numbers");
    }
    return result;
}

/// Which channels were decomposed; all where the file does not say.
std::vector<index> decomposed(const Dataset& set, index channels) {
    const MatValue* list = set.find("icachansind");
    if (list == nullptr || list->empty()) {
        return meeg::counted(channels);
    }
    const Array<double, 2> numbers = matrix(set, "icachansind");
    std::vector<index> picks;
    for (index i = 0; i < numbers.size(); ++i) {
        const double number = numbers.data()[i];
        if (!(number >= 1 && number <= static_cast<double>(channels))) {
            set.fail("EEG.icachansind must number channels from 1 to " + text_of(channels));
        }
        picks.push_back(static_cast<index>(std::lround(number)) - 1);
    }
    return picks;
}

}  // namespace

meeg::Ica read_ica_eeglab(const std::filesystem::path& path, const std::string& montage_units) {
    ReadEeglabOptions options;
    options.montage_units = montage_units;
    check_settings(options);
    const Dataset set = dataset_of(path, options, false);
    meeg::Ica ica;
    ica.info = info_of(set, options);
    meeg::pick_channels(*ica.info, decomposed(set, ica.info->n_channels()));
    ica.ch_names = meeg::channel_names(*ica.info);
    const index n = std::ssize(ica.ch_names);
    const Array<double, 2> weights = matrix(set, "icaweights"), sphere = matrix(set, "icasphere"),
                           inverse = matrix(set, "icawinv");
    const index k = weights.extent(0);
    if (sphere.extent(1) != n || weights.extent(1) != sphere.extent(0) || inverse.extent(0) != n ||
        inverse.extent(1) != k || k > n) {
        set.fail("EEG.icaweights, icasphere and icawinv must fit the " + text_of(n) + " channels of icachansind");
    }
    Array<double, 2> use({k, n});
    numerics::matmul(weights, sphere, use);
    const Array<double, 2> check = numerics::pseudo_inverse(inverse);
    bool alike = true;
    for (index i = 0; i < use.size(); ++i) {
        alike &= std::abs(use.data()[i] - check.data()[i]) <= 1e-8 + 1e-6 * std::abs(check.data()[i]);
    }
    if (!alike) {
        warn(
            "Mismatch between icawinv and icaweights · icasphere, as removal of components leaves it; icawinv is "
            "taken");
        use = check;
    }
    // A square unmixing of orthonormal rows.
    auto svd = numerics::svd(use);
    ica.unmixing = std::move(svd.U);
    for (index i = 0; i < k; ++i) {
        for (index j = 0; j < k; ++j) {
            ica.unmixing(i, j) *= svd.s[static_cast<std::size_t>(j)];
        }
    }
    ica.pca_components = std::move(svd.Vt);
    for (const double s : svd.s) {
        ica.pca_explained_variance.push_back(s * s);
    }
    ica.mixing = numerics::pseudo_inverse(ica.unmixing);
    ica.pca_mean.resize(static_cast<std::size_t>(n));
    ica.pre_whitener = Array<double, 2>({n, 1});
    std::fill_n(ica.pre_whitener.data(), n, 1.0);
    ica.asked.method = "imported_eeglab";
    ica.asked.n_components = std::int64_t{k};
    ica.current_fit = "eeglab";
    return ica;
}

}  // namespace ranvier::formats
