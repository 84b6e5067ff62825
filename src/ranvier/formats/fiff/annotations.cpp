#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/tables/json_value.hpp"

namespace ranvier::formats {

namespace fiff {

namespace {

/// Seconds since 1970, with or without microseconds in a second number.
std::optional<meeg::MeasurementDate> date(const File& file, const Entry& entry) {
    const auto values = file.reals(entry);
    if (values.empty() || values.size() > 2 || !(std::abs(values[0]) < 1e15) ||
        (values.size() == 2 && !(std::abs(values[1]) <= INT32_MAX))) {
        file.fail(entry, "should be a date of seconds and microseconds");
    }
    meeg::MeasurementDate result;
    result.seconds = static_cast<std::int64_t>(std::floor(values[0]));
    result.microseconds = values.size() == 2 ? static_cast<std::int32_t>(values[1])
                                             : static_cast<std::int32_t>((values[0] - std::floor(values[0])) * 1e6);
    if (result.seconds == no_date_seconds && values.size() == 2 && values[1] == no_date_microseconds) {
        return {};
    }
    return result;
}

}  // namespace

std::vector<std::vector<std::string>> lists_of(const File& file, const Entry& entry, const std::string& what) {
    try {
        return parsed_json(file.text(entry)).get<std::vector<std::vector<std::string>>>();
    } catch (const std::exception& error) {
        file.fail(entry, "should be a list of " + what + " in JSON: " + error.what());
    }
}

namespace {

/// What else is known about each annotation: of the file's list of objects or nulls in JSON, a text for each.
std::vector<std::string> extras_of(const File& file, const Entry& entry) {
    std::vector<std::string> extras;
    try {
        for (const auto& item : parsed_json(file.text(entry))) {
            extras.push_back(item.is_object() && !item.empty() ? item.dump() : "");
        }
    } catch (const std::exception& error) {
        file.fail(entry, std::string("should be a list of objects in JSON: ") + error.what());
    }
    return extras;
}

}  // namespace

std::optional<meeg::Annotations> annotations_of(const File& file) {
    const Node* node = file.root().first(block::mne_annotations);
    if (!node) {
        return {};
    }
    meeg::Annotations result;
    std::vector<double> begin, end;
    std::vector<std::string> descriptions, extras;
    std::vector<std::vector<std::string>> channels;
    for (const Entry& entry : node->tags) {
        switch (entry.kind) {
            case tag::mne_baseline_min: begin = file.reals(entry); break;
            case tag::mne_baseline_max: end = file.reals(entry); break;
            case tag::comment: descriptions = file.names(entry); break;
            case tag::meas_date: result.orig_time = date(file, entry); break;
            case tag::mne_epochs_drop_log: channels = lists_of(file, entry, "channel names"); break;
            case tag::free_list: extras = extras_of(file, entry); break;
            default: break;
        }
    }
    if (descriptions.empty() && begin.size() == 1) {
        descriptions.emplace_back();  // one annotation without description: an empty list is not written
    }
    if (begin.size() != end.size() || begin.size() != descriptions.size() ||
        (!channels.empty() && channels.size() != begin.size()) || (!extras.empty() && extras.size() != begin.size())) {
        file.fail(*node, "has " + text_of(begin.size()) + " onsets, " + text_of(end.size()) + " ends and " +
                             text_of(descriptions.size()) + " descriptions of annotations");
    }
    for (std::size_t k = 0; k < begin.size(); ++k) {
        meeg::Annotation a;
        a.onset = begin[k];
        a.duration = end[k] - begin[k];
        if (!std::isfinite(a.onset) || !std::isfinite(a.duration) || std::abs(a.onset) > 1e12 || a.duration > 1e12) {
            file.fail(*node, "has an annotation at " + text_of(a.onset) + " s of " + text_of(a.duration) + " s");
        }
        a.description = descriptions[k];
        if (!channels.empty()) {
            a.channels = channels[k];
        }
        if (!extras.empty()) {
            a.extras = extras[k];
        }
        result.items.push_back(std::move(a));
    }
    return result;
}

void write_annotations(Writer& out, const meeg::Annotations& annotations) {
    std::vector<double> begin, end;
    std::vector<std::string> descriptions;
    auto channels = nlohmann::json::array();
    auto extras = nlohmann::ordered_json::array();
    bool any_channels = false, any_extras = false;
    for (const auto& a : annotations.items) {
        begin.push_back(a.onset);
        end.push_back(a.onset + a.duration);
        descriptions.push_back(a.description);
        channels.push_back(a.channels);
        any_channels = any_channels || !a.channels.empty();
        extras.push_back(a.extras.empty() ? nlohmann::ordered_json::object() : parsed_json(a.extras));
        any_extras = any_extras || !a.extras.empty();
    }
    out.start_block(block::mne_annotations);
    // In double precision: single would move an onset in a long recording by samples.
    out.reals(tag::mne_baseline_min, begin, type::double_);
    out.reals(tag::mne_baseline_max, end, type::double_);
    out.names(tag::comment, descriptions);
    if (annotations.orig_time) {
        const double stamp[2] = {static_cast<double>(annotations.orig_time->seconds),
                                 static_cast<double>(annotations.orig_time->microseconds)};
        out.reals(tag::meas_date, stamp, type::double_);
    }
    if (any_channels) {
        out.text(tag::mne_epochs_drop_log, channels.dump());
    }
    if (any_extras) {
        out.text(tag::free_list, extras.dump());
    }
    out.end_block(block::mne_annotations);
}

}  // namespace fiff

meeg::Annotations read_annotations_fif(const fs::path& path) {
    const fiff::File file(path);
    return fiff::reading(path, [&] {
        auto annotations = fiff::annotations_of(file);
        if (!annotations) {
            throw FileError(path, FileError::no_offset, "holds no annotations");
        }
        meeg::sort(*annotations);
        return std::move(*annotations);
    });
}

void write_annotations_fif(const meeg::Annotations& annotations, const fs::path& path, bool overwrite) {
    fiff::Writer out(path, overwrite);
    fiff::write_annotations(out, annotations);
    out.commit();
}

}  // namespace ranvier::formats
