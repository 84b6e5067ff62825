#include "ranvier/meeg/recording/marks.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/near_miss.hpp"

namespace ranvier::meeg {

namespace {

void check_kind(const Marks& marks, Marks::Of wanted) {
    require(marks.of == wanted, "these are marks of ", name(marks.of), "; they can't be applied to ",
            wanted == Marks::Of::recording ? "a recording" : "epochs");
}

/// The bad channels after the marks are applied.
std::vector<std::string> bads_after(const Info& info, const Marks& marks, bool keep) {
    const std::vector<std::string> names = channel_names(info);
    const std::unordered_set<std::string_view> known(names.begin(), names.end());
    std::vector<std::string> bads = keep ? info.bads : std::vector<std::string>();
    for (const std::string& bad : marks.bads) {
        require(known.contains(bad), [&] {
            return "channels that are marked bad must be there; '" + bad + "' is not" + did_you_mean(bad, names);
        });
        if (std::ranges::find(bads, bad) == bads.end()) {
            bads.push_back(bad);
        }
    }
    return bads;
}

bool is_bad_stretch(const std::string& description) { return lower_case(description.substr(0, 3)) == "bad"; }

}  // namespace

std::string_view name(Marks::Of of) {
    switch (of) {
        case Marks::Of::recording: return "recording";
        case Marks::Of::epochs: return "epochs";
        default: return "ica";
    }
}

Marks marks_of(const Raw& raw) {
    Marks marks;
    marks.bads = raw.info.bads;
    for (const AnnotationSpan& span : annotation_spans(raw, {"bad"})) {
        marks.stretches.push_back({raw.first_time() + span.onset, std::max(span.duration, 0.0), span.description});
    }
    return marks;
}

Marks marks_of(const Epochs& epochs) {
    Marks marks;
    marks.of = Marks::Of::epochs;
    marks.bads = epochs.info.bads;
    for (std::size_t k = 0; k < epochs.drop_log.size(); ++k) {
        if (std::ranges::find(epochs.drop_log[k], "USER") != epochs.drop_log[k].end()) {
            marks.dropped.push_back(static_cast<index>(k));
        }
    }
    return marks;
}

void apply_marks(Raw& raw, const Marks& marks, bool keep) {
    check_kind(marks, Marks::Of::recording);
    std::vector<std::string> bads = bads_after(raw.info, marks, keep);
    const double low = raw.first_time(), high = low + raw.duration(), slack = 0.5 / raw.info.sfreq;
    std::vector<MarkedStretch> inside;
    for (const MarkedStretch& given : marks.stretches) {
        require(
            is_bad_stretch(given.description) && std::isfinite(given.onset) && given.duration >= 0 &&
                std::isfinite(given.duration),
            "a marked stretch needs a finite onset, a duration >= 0 s and a description that begins with BAD; got '",
            given.description, "' at ", given.onset, " s for ", given.duration, " s");
        MarkedStretch stretch = given;
        const double end = std::min(given.onset + given.duration, high);
        stretch.onset = std::max(given.onset, low);
        stretch.duration = end - stretch.onset;
        if (given.onset < high && end >= low) {
            inside.push_back(stretch);
        }
    }
    if (const std::size_t outside = marks.stretches.size() - inside.size(); outside > 0) {
        warn(text_of(outside) + " of " + text_of(marks.stretches.size()) +
             " marked stretches lie outside of the recording and were left out");
    }
    std::vector<bool> found(inside.size(), false);
    std::erase_if(raw.annotations.items, [&](const Annotation& item) {
        if (!is_bad_stretch(item.description)) {
            return false;
        }
        for (std::size_t k = 0; k < inside.size(); ++k) {
            if (item.description == inside[k].description && std::abs(item.onset - inside[k].onset) <= slack &&
                std::abs(item.duration - inside[k].duration) <= 2 * slack) {
                found[k] = true;
                return false;
            }
        }
        return !keep;
    });
    for (std::size_t k = 0; k < inside.size(); ++k) {
        if (!found[k]) {
            raw.annotations.items.push_back({inside[k].onset, inside[k].duration, inside[k].description, {}, {}});
        }
    }
    sort(raw.annotations);
    set_bads(raw.info, std::move(bads));
}

void apply_marks(Epochs& epochs, const Marks& marks, bool keep) {
    check_kind(marks, Marks::Of::epochs);
    std::vector<std::string> bads = bads_after(epochs.info, marks, keep);
    std::vector<index> which;
    for (const index number : marks.dropped) {
        require(number >= 0 && number < std::ssize(epochs.drop_log), "epochs that are marked must be among the ",
                std::ssize(epochs.drop_log), " events given; got number ", number);
        const auto at = std::ranges::find(epochs.selection, number);
        if (at != epochs.selection.end()) {
            which.push_back(at - epochs.selection.begin());
        }
    }
    std::ranges::sort(which);
    const auto [end, last] = std::ranges::unique(which);
    which.erase(end, last);
    drop(epochs, which);
    set_bads(epochs.info, std::move(bads));
}

}  // namespace ranvier::meeg
