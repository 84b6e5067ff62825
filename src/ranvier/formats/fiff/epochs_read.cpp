#include <algorithm>
#include <cmath>
#include <set>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/tables/json_value.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;
using Json = nlohmann::ordered_json;

constexpr int baseline_min_before_0_11 = 304, baseline_max_before_0_11 = 305;

Json parsed(const File& file, const Entry& entry) {
    try {
        return parsed_json(file.text(entry));
    } catch (const InvalidInput& error) {
        file.fail(entry, std::string("should be JSON: ") + error.what());
    }
}

/// {"reject": {"eeg": 1e-4}, "flat": …, "reject_tmin": …}
void read_rejection(meeg::EpochsOptions& options, const File& file, const Entry& entry) {
    const Json limits = parsed(file, entry);
    try {
        for (const auto& [key, thresholds] : {std::pair("reject", &options.reject), std::pair("flat", &options.flat)}) {
            if (limits.contains(key) && limits[key].is_object()) {
                for (const auto& [type, limit] : limits[key].items()) {
                    if (limit.is_number()) {
                        (*thresholds)[meeg::channel_type(type)] = limit.get<double>();
                    }
                }
            }
        }
        for (const auto& [key, time] :
             {std::pair("reject_tmin", &options.reject_tmin), std::pair("reject_tmax", &options.reject_tmax)}) {
            if (limits.contains(key) && limits[key].is_number()) {
                *time = limits[key].get<double>();
            }
        }
    } catch (const Json::exception& error) {
        file.fail(entry, std::string("should hold rejection limits: ") + error.what());
    }
}

/// The tag's three dimensions as epochs, channels, times, calibrated.
Array<double, 3> epochs_data(const File& file, const Entry& entry, const meeg::Info& info, index n_epochs,
                             index n_times, ComplexPart& part) {
    const MatrixShape shape = matrix_shape(file, entry, part.which != ComplexPart::none);
    const std::vector<index> expected{n_epochs, info.n_channels(), n_times};
    if (shape.extents != expected) {
        file.fail(entry, "should have shape " + shape_text(expected) + "; it has " + shape_text(shape.extents));
    }
    Array<double, 3> data({n_epochs, info.n_channels(), n_times});
    const auto numbers = numbers_of(shape, part);
    if (!numbers) {
        return data;
    }
    if (numbers->element != type::float_ && numbers->element != type::double_) {
        file.fail(entry, "should hold numbers of floating point");
    }
    const bool single = numbers->element == type::float_;
    const std::byte* from = file.data(entry).data() + numbers->offset;
    parallel_for(n_epochs, [&](index e) {
        for (index c = 0; c < info.n_channels(); ++c) {
            const double cal = info.channels[static_cast<std::size_t>(c)].cal;
            const index at = (e * info.n_channels() + c) * n_times;
            for (index t = at; t < at + n_times; ++t) {
                const std::byte* p = from + static_cast<std::size_t>(t) * numbers->stride;
                data.data()[t] = (single ? be_float(p) : be_double(p)) * cal;
            }
        }
    });
    return data;
}

meeg::Epochs epochs_part(const File& file, ComplexPart& part) {
    meeg::Epochs epochs;
    epochs.info = info_of(file);
    const Node* node = file.root().first(block::mne_epochs);
    node = node ? node : file.root().first(block::epochs_before_0_11);
    if (!node) {
        throw FileError(file.path(), FileError::no_offset, "holds no epochs");
    }
    std::optional<meeg::EventIds> names;
    epochs.events = events_of(file, &names);
    std::optional<index> first, last;
    std::optional<double> baseline_min, baseline_max;
    std::optional<std::vector<int>> selection;
    std::optional<std::vector<std::vector<std::string>>> drop_log;
    const Entry* data = nullptr;
    epochs.options.baseline.reset();
    for (const Entry& entry : node->tags) {
        switch (entry.kind) {
            case tag::first_sample: first = file.integer(entry); break;
            case tag::last_sample: last = file.integer(entry); break;
            case tag::epoch: data = &entry; break;
            case tag::mne_baseline_min:
            case baseline_min_before_0_11: baseline_min = file.real(entry); break;
            case tag::mne_baseline_max:
            case baseline_max_before_0_11: baseline_max = file.real(entry); break;
            case tag::mne_epochs_raw_sfreq: epochs.raw_sfreq = file.real(entry); break;
            case tag::mne_epochs_selection: selection = file.integers(entry); break;
            case tag::mne_epochs_drop_log: drop_log = lists_of(file, entry, "lists of reasons"); break;
            case tag::mne_epochs_reject_flat: read_rejection(epochs.options, file, entry); break;
            default: break;
        }
    }
    if (!first || !last || *last < *first) {
        file.fail(*node, "the first and last sample of the epochs are missing, or in the wrong order");
    }
    if (!data) {
        file.fail(*node, "the data of the epochs is missing");
    }
    epochs.n_times = *last - *first + 1;
    epochs.data = epochs_data(file, *data, epochs.info, epochs.n_epochs(), epochs.n_times, part);
    epochs.tmin = static_cast<double>(*first) / epochs.info.sfreq;
    epochs.options.tmin = epochs.tmin;
    epochs.options.tmax = static_cast<double>(*last) / epochs.info.sfreq;
    if (baseline_min || baseline_max) {
        epochs.options.baseline = meeg::Baseline{baseline_min, baseline_max};
    }
    epochs.event_id = names ? *names : meeg::ids_by_code(epochs.events);
    if (selection) {
        if (selection->size() != epochs.events.size()) {
            file.fail(*node,
                      "numbers " + text_of(selection->size()) + " of " + text_of(epochs.events.size()) + " epochs");
        }
        epochs.selection.assign(selection->begin(), selection->end());
    } else {
        epochs.selection = meeg::counted(epochs.n_epochs());
    }
    epochs.drop_log = drop_log.value_or(std::vector<std::vector<std::string>>(epochs.events.size()));
    for (const index k : epochs.selection) {
        if (k < 0 || k >= static_cast<index>(epochs.drop_log.size())) {
            file.fail(*node,
                      "holds epoch " + text_of(k) + " of " + text_of(epochs.drop_log.size()) + " that its log knows");
        }
    }
    if (const Node* metadata = file.root().first(block::mne_metadata)) {
        const auto rows = parsed(file, file.required(*metadata, tag::description, "the epochs' metadata"));
        if (!rows.is_array() || rows.size() != epochs.events.size()) {
            file.fail(*metadata, "should hold metadata for each of " + text_of(epochs.events.size()) + " epochs");
        }
        for (const auto& row : rows) {
            epochs.metadata.push_back(row.dump());
        }
    }
    epochs.annotations = annotations_of(file);
    if (!(epochs.raw_sfreq > 0) || !std::isfinite(epochs.raw_sfreq)) {
        epochs.raw_sfreq = epochs.info.sfreq;
    }
    epochs.preloaded = true;
    epochs.dropped_bad = true;
    return epochs;
}

/// Appends the epochs of a further part of a split file.
void append(meeg::Epochs& epochs, meeg::Epochs part, const fs::path& path) {
    if (meeg::channel_names(part.info) != meeg::channel_names(epochs.info) || part.n_times != epochs.n_times ||
        part.tmin != epochs.tmin || part.drop_log.size() != epochs.drop_log.size() ||
        part.metadata.empty() != epochs.metadata.empty()) {
        throw FileError(path, FileError::no_offset,
                        "differs in channels, times or log from the file of which it should be a further part");
    }
    Array<double, 3> data({epochs.n_epochs() + part.n_epochs(), epochs.info.n_channels(), epochs.n_times});
    std::copy_n(epochs.data.data(), epochs.data.size(), data.data());
    std::copy_n(part.data.data(), part.data.size(), data.data() + epochs.data.size());
    epochs.data = std::move(data);
    epochs.events.insert(epochs.events.end(), part.events.begin(), part.events.end());
    epochs.selection.insert(epochs.selection.end(), part.selection.begin(), part.selection.end());
    epochs.metadata.insert(epochs.metadata.end(), part.metadata.begin(), part.metadata.end());
    for (const auto& name : part.event_id) {
        if (std::find(epochs.event_id.begin(), epochs.event_id.end(), name) == epochs.event_id.end()) {
            epochs.event_id.push_back(name);
        }
    }
    const std::vector<std::string> elsewhere{"IGNORED"};
    for (std::size_t k = 0; k < epochs.drop_log.size(); ++k) {
        if (epochs.drop_log[k] == elsewhere) {
            epochs.drop_log[k] = part.drop_log[k];
        }
    }
}

/// The epochs of a file and those that follow it.
meeg::Epochs epochs_of(const fs::path& path, bool proj, ComplexPart& complex) {
    std::optional<meeg::Epochs> epochs;
    std::set<fs::path> seen;
    for (std::optional<fs::path> next = path; next;) {
        if (epochs && !fs::exists(*next)) {
            throw FileError(*next, FileError::no_offset,
                            "is missing: it is the next part of the epochs " + path.string());
        }
        if (!seen.insert(fs::weakly_canonical(*next)).second) {
            throw FileError(*next, FileError::no_offset, "names itself, over other parts, as its next part");
        }
        const File file(*next);
        reading(*next, [&] {
            auto part = epochs_part(file, complex);
            const auto behind = next_part(file);
            if (epochs) {
                append(*epochs, std::move(part), *next);
            } else {
                epochs = std::move(part);
            }
            next = behind;
        });
    }
    return reading(path, [&] {
        meeg::check(*epochs);
        if (proj) {
            meeg::apply_projections(*epochs);
        }
        return std::move(*epochs);
    });
}

}  // namespace

meeg::Epochs read_epochs_fif(const fs::path& path, bool proj) {
    ComplexPart none;
    return epochs_of(path, proj, none);
}

std::pair<meeg::Epochs, std::optional<meeg::Epochs>> read_complex_epochs_fif(const fs::path& path, bool proj) {
    ComplexPart real{ComplexPart::real}, imaginary{ComplexPart::imaginary};
    auto epochs = epochs_of(path, proj, real);
    if (!real.found) {
        return {std::move(epochs), std::nullopt};
    }
    return {std::move(epochs), epochs_of(path, proj, imaginary)};
}

}  // namespace ranvier::formats
