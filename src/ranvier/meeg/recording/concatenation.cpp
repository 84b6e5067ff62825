#include <algorithm>
#include <set>

#include "ranvier/base/letters.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

namespace {

/// A recording as a source of another: for pieces in memory, or with an operator or channel order of their own.
class RecordingSource : public SampleSource {
public:
    explicit RecordingSource(Raw raw) : raw_(std::move(raw)) {}
    index n_channels() const override { return raw_.info.n_channels(); }
    index n_samples() const override { return raw_.n_samples(); }
    void read(const std::vector<index>& channels, index start, View<double, 2> out) const override {
        read_samples(raw_, channels, start, out);
    }
    std::filesystem::path path() const override {
        return raw_.segments.empty() ? std::filesystem::path() : raw_.segments.front().source->path();
    }
    std::string storage() const override {
        return raw_.segments.empty() ? "" : raw_.segments.front().source->storage();
    }
    bool one_at_a_time() const override {
        return std::ranges::any_of(raw_.segments, [](const Segment& s) { return s.source->one_at_a_time(); });
    }

private:
    Raw raw_;
};

/// Throws unless `raw` can follow `first`; then brings its channels into the order of `first`.
void fit(Raw& raw, const Raw& first, std::size_t number) {
    const auto place = "recording " + text_of(number);
    require(raw.info.sfreq == first.info.sfreq, [&] {
        return "recordings that follow each other must share a sampling rate; " + place + " has " +
               text_of(raw.info.sfreq) + " Hz and the first " + text_of(first.info.sfreq) + " Hz; resample one of them";
    });
    auto names = channel_names(first.info);
    const auto own = channel_names(raw.info);
    require(std::set(names.begin(), names.end()) == std::set(own.begin(), own.end()), [&] {
        std::vector<std::string> other;
        const std::set a(names.begin(), names.end()), b(own.begin(), own.end());
        std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(other));
        return "recordings that follow each other must have the same channels; " + place + " and the first differ in " +
               quoted(other);
    });
    const std::set<std::string> bads(first.info.bads.begin(), first.info.bads.end());
    const std::set<std::string> own_bads(raw.info.bads.begin(), raw.info.bads.end());
    require(bads == own_bads, [&] {
        return "recordings that follow each other must have the same bad channels; " + place +
               " and the first differ; set info.bads to be equal";
    });
    const bool alike =
        std::ranges::equal(raw.info.projections, first.info.projections,
                           [](const auto& a, const auto& b) { return a.active == b.active && same(a, b); });
    require(alike, [&] {
        return "recordings that follow each other must have the same projections; " + place + " and the first differ";
    });
    if (own != names) {
        pick(raw, channel_indices(raw.info, names));
    }
}

}  // namespace

Raw concatenated(std::vector<Raw> raws) {
    require(!raws.empty(), "there must be at least one recording to concatenate; got none");
    for (std::size_t k = 1; k < raws.size(); ++k) {
        fit(raws[k], raws[0], k);
    }
    Raw result;
    result.info = raws[0].info;
    result.first_samp = raws[0].first_samp;

    // The annotations first, while the lengths are at hand.
    const double sfreq = result.info.sfreq;
    Annotations annotations = raws[0].annotations;
    annotations.orig_time = result.info.meas_date;
    std::vector<index> edges;
    index length = raws[0].n_samples();
    for (std::size_t k = 1; k < raws.size(); ++k) {
        edges.push_back(length);
        const double shift = static_cast<double>(length) / sfreq + raws[0].first_time() - raws[k].first_time();
        for (auto item : raws[k].annotations.items) {
            item.onset += shift;
            annotations.items.push_back(std::move(item));
        }
        length += raws[k].n_samples();
    }

    if (std::all_of(raws.begin(), raws.end(), [](const Raw& raw) { return raw.preloaded; })) {
        result.preloaded = true;
        if (raws.size() == 1) {
            result.data = std::move(raws[0].data);
        } else {
            result.data = Array<double, 2>({result.info.n_channels(), length});
            index offset = 0;
            for (auto& raw : raws) {
                const index n = raw.n_samples();
                read_samples(raw, pick_all(raw.info), 0, result.data.view().slice(1, offset, offset + n));
                offset += n;
                raw.data = {};
            }
        }
    } else {
        const bool alike = std::all_of(raws.begin(), raws.end(), [&](const Raw& raw) {
            return !raw.preloaded && raw.source_channels == raws[0].source_channels &&
                   same(raw.pending_operator, raws[0].pending_operator);
        });
        result.source_channels = alike ? raws[0].source_channels : pick_all(result.info);
        if (alike) {
            result.pending_operator = raws[0].pending_operator;
        }
        for (auto& raw : raws) {
            if (alike) {
                result.segments.insert(result.segments.end(), raw.segments.begin(), raw.segments.end());
            } else {
                const index n = raw.n_samples();
                result.segments.push_back({std::make_shared<RecordingSource>(std::move(raw)), 0, n});
            }
        }
    }
    if (!annotations.orig_time) {
        for (auto& item : annotations.items) {  // set_annotations counts these from the first sample
            item.onset -= result.first_time();
        }
    }
    set_annotations(result, std::move(annotations));
    for (const index edge : edges) {
        const double onset = static_cast<double>(edge) / sfreq + result.first_time();
        add_annotation(result, {onset, 0, "BAD boundary", {}});
        add_annotation(result, {onset, 0, "EDGE boundary", {}});
    }
    return result;
}

}  // namespace ranvier::meeg
