#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/formats/eeglab/dataset.hpp"

namespace ranvier::formats {

using namespace eeglab;

bool holds_epochs_eeglab(const std::filesystem::path& path) { return dataset_of(path, {}, false).trials > 1; }

meeg::Raw read_raw_eeglab(const std::filesystem::path& path, const ReadEeglabOptions& options) {
    const Dataset set = dataset_of(path, options, true);
    if (set.trials != 1) {
        set.fail("holds " + text_of(set.trials) +
                 " epochs (trials) and no continuous recording; read_epochs_eeglab() reads them");
    }
    meeg::Info info = info_of(set, options);
    const auto source = source_of(set, info);
    meeg::Annotations annotations = annotations_of(set);
    bool boundary = false;
    for (const meeg::Annotation& item : annotations.items) {
        const double sample = std::nearbyint(item.onset * set.sfreq);
        if (sample < -1) {
            set.fail("event '" + item.description + "' lies before the first sample, at EEG.event.latency " +
                     text_of(item.onset * set.sfreq + 1));
        }
        boundary = boundary || item.description == "boundary";
    }
    if (boundary) {
        warn(path.string() +
             ": 'boundary' events mark where pieces were cut out; filters and epochs reach across them");
    }
    meeg::Raw raw = meeg::make_raw(std::move(info), {{source, 0, source->n_samples()}});
    meeg::set_annotations(raw, std::move(annotations));
    return raw;
}

meeg::Epochs read_epochs_eeglab(const std::filesystem::path& path, const ReadEeglabOptions& options) {
    const Dataset set = dataset_of(path, options, true);
    if (set.trials < 2) {
        set.fail("holds a continuous recording and no epochs (trials = 1); read_raw_eeglab() reads it");
    }
    meeg::Info info = info_of(set, options);
    const auto source = source_of(set, info);
    const auto [events, ids] = events_of(set);
    Array<double, 3> data({set.trials, set.channels, set.points});
    const std::vector<index> all = meeg::counted(set.channels);
    for (index k = 0; k < set.trials; ++k) {
        source->read(all, k * set.points,
                     View<double, 2>(data.data() + k * set.channels * set.points, {set.channels, set.points}));
    }
    return meeg::make_epochs(std::move(info), std::move(data), events, set.tmin, ids);
}

meeg::Annotations read_annotations_eeglab(const std::filesystem::path& path, const ReadEeglabOptions& options) {
    return annotations_of(dataset_of(path, options, false));
}

}  // namespace ranvier::formats
