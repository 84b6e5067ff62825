// Independent components, as MNE-Python keeps them: settings are texts of JSON with names before them.
#include <algorithm>
#include <cmath>

#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/formats/tables/json_value.hpp"
#include "ranvier/meeg/ica/ica.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;
using Json = nlohmann::ordered_json;

/// "name:json;name:json"
std::string text_of_settings(const std::vector<std::pair<std::string, Json>>& settings) {
    std::string text;
    for (const auto& [name, value] : settings) {
        text += (text.empty() ? "" : ";") + name + ":" + value.dump(-1, ' ', true);
    }
    return text;
}

/// The settings of such a text; semicolons inside of JSON's texts divide nothing.
Json settings_of(const File& file, const Entry& entry) {
    const std::string text = file.text(entry);
    Json settings = Json::object();
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t colon = text.find(':', at);
        if (colon == std::string::npos) {
            file.fail(entry, "should be settings as name:value; it has '" + text.substr(at) + "'");
        }
        std::size_t end = colon + 1;
        bool quoted = false;
        for (; end < text.size() && (quoted || text[end] != ';'); ++end) {
            if (text[end] == '\\' && quoted) {
                ++end;
            } else if (text[end] == '"') {
                quoted = !quoted;
            }
        }
        end = std::min(end, text.size());
        settings[text.substr(at, colon - at)] = parsed_json(std::string_view(text).substr(colon + 1, end - colon - 1));
        at = end + 1;
    }
    return settings;
}

Value value_in(const Json& settings, const char* name) {
    return settings.contains(name) ? value_of(settings[name]) : Value();
}

std::optional<index> count_in(const Json& settings, const char* name) {
    const Value value = value_in(settings, name);
    const auto* count = value.as<std::int64_t>();
    return count ? std::optional<index>(*count) : std::nullopt;
}

std::string word_in(const Json& settings, const char* name, const std::string& otherwise) {
    const Value value = value_in(settings, name);
    const auto* word = value.as<std::string>();
    return word ? *word : otherwise;
}

void take_labels(meeg::Ica& ica, const Value& labels) {
    const auto* map = labels.as<Value::Map>();
    for (const auto& [name, list] : map ? *map : Value::Map{}) {
        std::vector<index> components;
        require(ranvier::detail::FieldType<std::vector<index>>::write(components, list), "label '", name,
                "' must name components");
        ica.labels.emplace_back(name, std::move(components));
    }
}

void check_shapes(const File& file, const Node& node, const meeg::Ica& ica) {
    const index n = std::ssize(ica.ch_names), p = ica.pca_components.extent(0), k = ica.unmixing.extent(0);
    const auto fits = [&](bool right, const char* what) {
        if (!right) {
            file.fail(node,
                      "holds a decomposition of " + text_of(n) + " channels whose " + what + " has another shape");
        }
    };
    fits(n > 0, "list of names");
    fits(ica.pca_components.extent(1) == n && p > 0, "matrix of principal components");
    fits(ica.pre_whitener.extent(0) == n && (ica.pre_whitener.extent(1) == 1 || ica.pre_whitener.extent(1) == n),
         "whitener");
    fits(std::ssize(ica.pca_mean) == n, "mean");
    fits(std::ssize(ica.pca_explained_variance) == p, "list of variances");
    fits(k > 0 && k <= p && ica.unmixing.extent(1) == k, "unmixing matrix");
}

}  // namespace

meeg::Ica read_ica_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] {
        constexpr int before_0_9 = 123;
        const Node* node = file.root().first(block::mne_ica);
        node = node ? node : file.root().first(before_0_9);
        if (node == nullptr) {
            throw FileError(path, FileError::no_offset, "holds no independent components");
        }
        meeg::Ica ica;
        if (file.root().first(block::meas_info) != nullptr) {
            ica.info = info_of(file);
        }
        const Json asked = settings_of(file, file.required(*node, tag::mne_ica_interface_params, "what was asked for"));
        ica.asked.n_components = value_in(asked, "n_components");
        ica.asked.allow_ref_meg = value_in(asked, "allow_ref_meg") == Value(true);
        ica.n_pca_components = value_in(asked, "n_pca_components");
        ica.current_fit = word_in(asked, "current_fit", "raw");
        if (const Entry* entry = node->find(tag::mne_ica_misc_params)) {
            const Json misc = settings_of(file, *entry);
            ica.n_samples = count_in(misc, "n_samples_");
            ica.n_iter = count_in(misc, "n_iter_");
            ica.asked.method = word_in(misc, "method", "fastica");
            ica.asked.fit_params = value_in(misc, "fit_params");
            take_labels(ica, value_in(misc, "labels_"));
        }
        ica.ch_names = file.names(file.required(*node, tag::mne_row_names, "the channels' names"));
        ica.pre_whitener = file.matrix(file.required(*node, tag::mne_ica_whitener, "the whitener"));
        ica.pca_components = file.matrix(file.required(*node, tag::mne_ica_pca_components, "the principal components"));
        ica.unmixing = file.matrix(file.required(*node, tag::mne_ica_matrix, "the unmixing matrix"));
        const auto numbers = [&](int kind, const char* what) {  // a vector, or a matrix of one dimension
            const Entry& entry = file.required(*node, kind, what);
            if ((entry.type & type::matrix) == 0) {
                return file.reals(entry);
            }
            const Array<double, 2> values = file.matrix(entry);
            return std::vector<double>(values.data(), values.data() + values.size());
        };
        ica.pca_mean = numbers(tag::mne_ica_pca_mean, "the mean");
        ica.pca_explained_variance = numbers(tag::mne_ica_pca_explained_var, "the variances");
        check_shapes(file, *node, ica);
        ica.mixing = numerics::pseudo_inverse(ica.unmixing);
        if (const Entry* bads = node->find(tag::mne_ica_bads); bads && bads->size > 0) {
            for (const int k : file.integers(*bads)) {
                ica.exclude.push_back(k);
            }
        }
        if (const Entry* entry = node->find(tag::mne_epochs_reject_flat)) {
            const Json limits = parsed_json(file.text(*entry));
            if (limits.is_object() && limits.contains("reject")) {
                require(ranvier::detail::FieldType<meeg::Thresholds>::write(ica.reject, value_of(limits["reject"])),
                        "limits of rejection must be numbers by channel type");
            }
        }
        return ica;
    });
}

void write_ica_fif(const meeg::Ica& ica, const fs::path& path, bool overwrite) {
    require(ica.n_components() > 0, "no fit available; fit ICA before it is saved");
    Json labels = Json::object();
    for (const auto& [name, components] : ica.labels) {
        labels[name] = components;
    }
    const auto number = [](const std::optional<index>& n) { return n ? Json(*n) : Json(nullptr); };
    Writer out(path, overwrite);
    if (ica.info) {
        start_measurement(out, *ica.info);
        write_info(out, *ica.info, 0, true);
        out.end_block(block::meas);
    }
    out.start_block(block::mne_ica);
    out.text(tag::mne_ica_interface_params,
             text_of_settings({{"noise_cov", ica.by_covariance() ? Json("Covariance") : Json(nullptr)},
                               {"n_components", json_of(ica.asked.n_components)},
                               {"n_pca_components", json_of(ica.n_pca_components)},
                               {"max_pca_components", nullptr},
                               {"current_fit", ica.current_fit},
                               {"allow_ref_meg", ica.asked.allow_ref_meg}}));
    out.names(tag::mne_row_names, ica.ch_names);
    out.text(tag::mne_ica_misc_params, text_of_settings({{"n_samples_", number(ica.n_samples)},
                                                         {"labels_", labels},
                                                         {"method", ica.asked.method},
                                                         {"n_iter_", number(ica.n_iter)},
                                                         {"fit_params", json_of(ica.asked.fit_params)}}));
    out.matrix(tag::mne_ica_whitener, ica.pre_whitener, type::double_);
    out.matrix(tag::mne_ica_pca_components, ica.pca_components, type::double_);
    out.reals(tag::mne_ica_pca_mean, ica.pca_mean, type::double_);
    out.reals(tag::mne_ica_pca_explained_var, ica.pca_explained_variance, type::double_);
    out.matrix(tag::mne_ica_matrix, ica.unmixing, type::double_);
    const std::vector<int> exclude(ica.exclude.begin(), ica.exclude.end());
    out.integers(tag::mne_ica_bads, exclude);
    if (!ica.reject.empty()) {
        out.text(tag::mne_epochs_reject_flat,
                 Json{{"reject", json_of(ranvier::detail::FieldType<meeg::Thresholds>::read(ica.reject))}}.dump());
    }
    out.end_block(block::mne_ica);
    out.commit();
}

}  // namespace ranvier::formats
