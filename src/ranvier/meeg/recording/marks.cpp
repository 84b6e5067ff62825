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

void check_known(const Info& info, const std::vector<std::string>& channels, const std::string& what) {
    const std::vector<std::string> names = channel_names(info);
    const std::unordered_set<std::string_view> known(names.begin(), names.end());
    for (const std::string& channel : channels) {
        require(known.contains(channel),
                [&] { return what + " must be there; '" + channel + "' is not" + did_you_mean(channel, names); });
    }
}

/// The bad channels after the marks are applied.
std::vector<std::string> bads_after(const Info& info, const Marks& marks, bool keep) {
    check_known(info, marks.bads, "channels that are marked bad");
    std::vector<std::string> bads = keep ? info.bads : std::vector<std::string>();
    for (const std::string& bad : marks.bads) {
        if (std::ranges::find(bads, bad) == bads.end()) {
            bads.push_back(bad);
        }
    }
    return bads;
}

bool is_bad_stretch(const std::string& description) { return lower_case(description.substr(0, 3)) == "bad"; }

/// What marks and annotations have in common.
template <class A, class B>
bool begin_together(const A& a, const B& b, double slack) {
    return std::abs(a.onset - b.onset) <= slack;
}
template <class A, class B>
bool agree(const A& a, const B& b, double slack) {
    return begin_together(a, b, slack) && a.description == b.description &&
           std::abs(a.duration - b.duration) <= 2 * slack;
}
/// Whether marks name these channels, or none.
bool may_be_about(const MarkedStretch& stretch, const Annotation& item) {
    return stretch.channels.empty() || stretch.channels == item.channels;
}

/// The marked stretches that lie in the recording, cut to it, each once.
std::vector<MarkedStretch> stretches_inside(const Raw& raw, const Marks& marks, double slack) {
    const double low = raw.first_time(), high = low + raw.duration();
    std::vector<MarkedStretch> inside;
    std::size_t outside = 0, cut = 0;
    for (const MarkedStretch& given : marks.stretches) {
        require(
            is_bad_stretch(given.description) && std::isfinite(given.onset) && given.duration >= 0 &&
                std::isfinite(given.duration),
            "a marked stretch needs a finite onset, a duration >= 0 s and a description that begins with BAD; got '",
            given.description, "' at ", given.onset, " s for ", given.duration, " s");
        check_known(raw.info, given.channels, "channels of marked stretches");
        const double end = std::min(given.onset + given.duration, high);
        if (given.onset >= high || end < low) {
            ++outside;
            continue;
        }
        MarkedStretch stretch = given;
        stretch.onset = std::max(given.onset, low);
        stretch.duration = end - stretch.onset;
        cut += given.duration - stretch.duration > 2 * slack;
        const auto same = [&](const MarkedStretch& other) {
            return agree(other, stretch, slack) && other.channels == stretch.channels;
        };
        if (std::ranges::none_of(inside, same)) {
            inside.push_back(std::move(stretch));
        }
    }
    const std::string of_all = " of " + text_of(marks.stretches.size()) + " marked stretches ";
    if (outside > 0) {
        warn(text_of(outside) + of_all + "lie outside of the recording and were left out");
    }
    if (cut > 0) {
        warn(text_of(cut) + of_all + "reach outside of the recording and were cut");
    }
    return inside;
}

/// Brings the bad annotations to what is marked.
void apply_stretches(std::vector<Annotation>& items, const std::vector<MarkedStretch>& stretches, double slack,
                     bool keep) {
    std::vector<bool> found(stretches.size(), false), stays(items.size(), false);
    // First what is there as it was, then what begins there and has changed.
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (std::size_t k = 0; k < stretches.size() && !stays[i]; ++k) {
            stays[i] = agree(items[i], stretches[k], slack) && may_be_about(stretches[k], items[i]);
            found[k] = found[k] || stays[i];
        }
    }
    for (std::size_t k = 0; k < stretches.size(); ++k) {
        const MarkedStretch& stretch = stretches[k];
        for (std::size_t i = 0; i < stays.size() && !found[k]; ++i) {
            Annotation& item = items[i];
            const bool another = keep && (item.description != stretch.description || !may_be_about(stretch, item));
            if (stays[i] || !is_bad_stretch(item.description) || !begin_together(item, stretch, slack) || another) {
                continue;
            }
            item.duration = keep ? std::max(item.duration, stretch.duration) : stretch.duration;
            item.description = stretch.description;
            if (!stretch.channels.empty()) {
                item.channels = stretch.channels;
            }
            stays[i] = found[k] = true;
        }
    }
    std::size_t at = 0;
    std::erase_if(items, [&](const Annotation& item) {
        const bool kept = stays[at++];
        return !kept && !keep && is_bad_stretch(item.description);
    });
    for (std::size_t k = 0; k < stretches.size(); ++k) {
        if (!found[k]) {
            const MarkedStretch& stretch = stretches[k];
            items.push_back({stretch.onset, stretch.duration, stretch.description, stretch.channels, {}});
        }
    }
}

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
    for (const Annotation& item : raw.annotations.items) {
        if (is_bad_stretch(item.description)) {
            marks.stretches.push_back({item.onset, std::max(item.duration, 0.0), item.description, item.channels});
        }
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
    const double slack = 0.5 / raw.info.sfreq;
    apply_stretches(raw.annotations.items, stretches_inside(raw, marks, slack), slack, keep);
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
    which.erase(std::unique(which.begin(), which.end()), which.end());
    drop(epochs, which);
    set_bads(epochs.info, std::move(bads));
}

}  // namespace ranvier::meeg
