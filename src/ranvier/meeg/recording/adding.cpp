#include "ranvier/meeg/recording/adding.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::meeg {

void join(Info& info, const Info& other) {
    if (other.sfreq != info.sfreq) {
        throw Conflict("channels can be added at one sampling rate only; got " + text_of(info.sfreq) + " and " +
                       text_of(other.sfreq) + " Hz: resample one of them");
    }
    for (const Channel& channel : other.channels) {
        info.channels.push_back(channel);
    }
    for (const std::string& bad : other.bads) {
        if (std::find(info.bads.begin(), info.bads.end(), bad) == info.bads.end()) {
            info.bads.push_back(bad);
        }
    }
    for (const Projection& projection : other.projections) {
        const auto known = std::find_if(info.projections.begin(), info.projections.end(),
                                        [&](const Projection& p) { return same(p, projection); });
        if (known == info.projections.end()) {
            info.projections.push_back(projection);
            continue;
        }
        const Projection& ours = *known;
        require(ours.active == projection.active, [&] {
            return "projection '" + projection.description +
                   "' must have been applied to all or to none of what is put together: call apply_proj() for the "
                   "others";
        });
    }
}

namespace {

void require_same(index n, index wanted, const char* what) {
    require(n == wanted, [&] {
        return std::string("channels can be added where the number of ") + what + " is the same; got " +
               text_of(wanted) + " and " + text_of(n);
    });
}

void require_same_times(double tmin, double wanted, double sfreq) {
    require(std::abs(tmin - wanted) < 0.5 / sfreq, [&] {
        return "channels can be added at the same times; these begin at " + text_of(wanted) + " and " + text_of(tmin) +
               " s; with force_update_info=True the former hold";
    });
}

}  // namespace

void add_channels(Raw& raw, const std::vector<const Raw*>& others) {
    Info info = raw.info;
    for (const Raw* other : others) {
        require(raw.preloaded && other->preloaded, "samples must be in memory to add channels; load them first");
        require_same(other->n_samples(), raw.n_samples(), "samples");
        join(info, other->info);
    }
    check(info);
    Array<double, 2> data({info.n_channels(), raw.n_samples()});
    double* end = std::copy_n(raw.data.data(), raw.data.size(), data.data());
    for (const Raw* other : others) {
        end = std::copy_n(other->data.data(), other->data.size(), end);
    }
    raw.info = std::move(info);
    raw.data = std::move(data);
}

void add_channels(Epochs& epochs, const std::vector<const Epochs*>& others, bool at_their_place) {
    Info info = epochs.info;
    std::vector<const Epochs*> all{&epochs};
    for (const Epochs* other : others) {
        require(epochs.preloaded && other->preloaded, "epochs must be in memory to add channels; load them first");
        require_same(other->n_epochs(), epochs.n_epochs(), "epochs");
        require_same(other->n_times, epochs.n_times, "times");
        join(info, other->info);
        if (at_their_place) {
            require_same_times(other->tmin, epochs.tmin, info.sfreq);
            for (std::size_t k = 0; k < epochs.events.size(); ++k) {
                const Event &a = epochs.events[k], &b = other->events[k];
                require(a.sample == b.sample && a.id == b.id, [&] {
                    return "channels can be added to epochs of the same events; event " + text_of(k) + " is " +
                           text_of(a.id) + " at sample " + text_of(a.sample) + " and " + text_of(b.id) + " at " +
                           text_of(b.sample) + "; with force_update_info=True the former hold";
                });
            }
        }
        all.push_back(other);
    }
    check(info);
    Array<double, 3> data({epochs.n_epochs(), info.n_channels(), epochs.n_times});
    const index size = info.n_channels() * epochs.n_times;
    parallel_for(epochs.n_epochs(), [&](index e) {
        double* end = data.data() + e * size;
        for (const Epochs* part : all) {
            const index own = part->data.extent(1) * part->data.extent(2);
            end = std::copy_n(part->data.data() + e * own, own, end);
        }
    });
    epochs.info = std::move(info);
    epochs.data = std::move(data);
}

void add_channels(Evoked& evoked, const std::vector<const Evoked*>& others, bool at_their_place) {
    Info info = evoked.info;
    for (const Evoked* other : others) {
        require_same(other->n_times(), evoked.n_times(), "times");
        join(info, other->info);
        if (at_their_place) {
            require_same_times(other->tmin(), evoked.tmin(), info.sfreq);
        }
    }
    check(info);
    Array<double, 2> data({info.n_channels(), evoked.n_times()});
    double* end = std::copy_n(evoked.data.data(), evoked.data.size(), data.data());
    for (const Evoked* other : others) {
        end = std::copy_n(other->data.data(), other->data.size(), end);
    }
    evoked.info = std::move(info);
    evoked.data = std::move(data);
}

}  // namespace ranvier::meeg
