#include <mutex>
#include <tuple>

#include "ranvier/meeg/recording/adding.hpp"

#include "meeg/samples.hpp"
#include "objects.hpp"

namespace ranvier::python {

using namespace meeg;

Raw shared_raw(const Raw& raw) {
    Raw twin;
    twin.info = raw.info;
    twin.first_samp = raw.first_samp;
    twin.annotations = raw.annotations;
    twin.segments = raw.segments;
    twin.source_channels = raw.source_channels;
    twin.data = Array<double, 2>::shared(raw.data.extents(), raw.data.memory());
    twin.preloaded = raw.preloaded;
    twin.pending_operator = raw.pending_operator;
    return twin;
}

namespace {

/// Samples that Python code reads: `read(channels, start, stop)` returns them, shape (channels, stop − start).
///
/// Calls come from any thread, with and without the interpreter's lock. They follow each other: Python code may let go
/// of that lock at any line, and what reads a file is seldom made for two at once.
class PythonSource final : public SampleSource {
public:
    PythonSource(nb::object read, index n_channels, index n_samples, std::filesystem::path path, std::string storage)
        : read_(std::move(read)),
          n_channels_(n_channels),
          n_samples_(n_samples),
          path_(std::move(path)),
          storage_(std::move(storage)) {}
    PythonSource(const PythonSource&) = delete;
    PythonSource& operator=(const PythonSource&) = delete;
    ~PythonSource() override {
        if (nb::is_alive()) {
            const nb::gil_scoped_acquire python;
            read_.reset();
        } else {
            read_.release();
        }
    }

    index n_channels() const override { return n_channels_; }
    index n_samples() const override { return n_samples_; }
    std::filesystem::path path() const override { return path_; }
    std::string storage() const override { return storage_; }
    bool one_at_a_time() const override { return true; }

    void read(const std::vector<index>& channels, index start, View<double, 2> out) const override {
        std::unique_lock turn(turn_, std::defer_lock);
        if (PyGILState_Check() != 0) {  // whoever has the turn may need the interpreter
            const nb::gil_scoped_release others;
            turn.lock();
        } else {
            turn.lock();
        }
        const nb::gil_scoped_acquire python;
        const nb::object samples = read_(numpy_copy(channels), start, start + out.extent(1));
        const auto read = view_of<double, 2>(nb::cast<NumpyIn<double, 2>>(samples));
        if (read.extents() != out.extents()) {
            throw InternalError("samples of another shape than was asked for");
        }
        copy(read, out);
    }

private:
    nb::object read_;
    index n_channels_, n_samples_;
    std::filesystem::path path_;
    std::string storage_;
    mutable std::recursive_mutex turn_;  // recursive: a reader that asks for its own samples is told by Python
};

/// Twins of recordings that other threads may change.
std::vector<Raw> shared_raws(const std::vector<const Raw*>& raws) {
    std::vector<Raw> twins;
    std::transform(raws.begin(), raws.end(), std::back_inserter(twins),
                   [](const Raw* raw) { return shared_raw(*raw); });
    return twins;
}

}  // namespace

void bind_raw(nb::module_& m) {
    nb::class_<Raw> type(m, "Raw", "A continuous recording.");
    bind_samples(type);
    type.def(
            "__init__",
            [](Raw* self, const Info& info, const NumpyIn<double, 2>& data, index first_samp) {
                new (self) Raw(make_raw(info, array_of<double, 2>(data), first_samp));
            },
            "info"_a, "data"_a, "first_samp"_a)
        .def_static(
            "of_readers",
            [](const Info& info, const nb::list& pieces, index first_samp) {
                std::vector<Segment> segments;
                for (const nb::handle piece : pieces) {
                    const auto [read, n, path, storage] =
                        nb::cast<std::tuple<nb::object, index, std::filesystem::path, std::string>>(piece);
                    segments.push_back(
                        {std::make_shared<PythonSource>(read, info.n_channels(), n, path, storage), 0, n});
                }
                return make_raw(info, std::move(segments), first_samp);
            },
            "info"_a, "pieces"_a, "first_samp"_a,
            "One that functions of Python read: of each file the function, its number of samples, path and storage.")
        .def_prop_ro("parts",
                     [](const Raw& r) {
                         const auto all = run([&] { return samples(r, pick_all(r.info), 0, r.n_samples()); });
                         return nb::make_tuple(r.info, numpy_view(all), r.first_samp);
                     })
        .def_ro("annotations", &Raw::annotations, nb::rv_policy::reference_internal)
        .def_rw("first_samp", &Raw::first_samp)
        .def_prop_ro("n_samples", &Raw::n_samples)
        .def_ro("preloaded", &Raw::preloaded)
        .def_prop_rw(
            "data",
            [](const Raw& raw) -> nb::object {
                return raw.preloaded ? nb::cast(numpy_view(raw.data)) : nb::object(nb::none());
            },
            [](Raw& raw, const NumpyIn<double, 2>& data) {
                require(static_cast<index>(data.shape(0)) == raw.info.n_channels(), [&] {
                    return "data must have one row per channel (" + text_of(raw.info.n_channels()) + "); got " +
                           text_of(data.shape(0));
                });
                raw.data = array_of<double, 2>(data);
                raw.segments.clear();
                raw.source_channels.clear();
                raw.pending_operator = {};
                raw.preloaded = true;
            },
            "The samples (channels, times), or None while they are in a file.")
        .def_prop_ro("paths",
                     [](const Raw& raw) {
                         std::vector<std::filesystem::path> paths;
                         for (const Segment& segment : raw.segments) {
                             if (paths.empty() || paths.back() != segment.source->path()) {
                                 paths.push_back(segment.source->path());
                             }
                         }
                         return paths;
                     })
        .def_prop_ro("storage",
                     [](const Raw& raw) {
                         return raw.segments.empty() ? std::string() : raw.segments.front().source->storage();
                     })
        .def_prop_ro(
            "units",
            [](const Raw& raw) {
                const auto all = raw.segments.empty() ? std::vector<std::string>() : raw.segments[0].source->units();
                return all.empty() || !raw.pending_operator.empty() ? std::vector<std::string>()
                                                                    : taken(all, raw.source_channels);
            },
            "The units of the channels as the file writes them; empty where it doesn't, or isn't read any more.")
        .def("load", engine<Raw&, const std::optional<std::filesystem::path>&>(load), "path"_a = nb::none())
        .def(
            "samples",
            [](const Raw& raw, const std::vector<index>& picks, index start, index stop) {
                return numpy_view(run([&] { return samples(raw, picks, start, stop); }));
            },
            "picks"_a, "start"_a, "stop"_a)
        .def("crop", engine<Raw&, index, index>(crop), "start"_a, "stop"_a)
        .def(
            "part",
            [](const Raw& raw, double tmin, double tmax) {
                Raw twin = shared_raw(raw);
                run([&] { crop_times(twin, tmin, tmax); });
                return twin;
            },
            "tmin"_a, "tmax"_a, "A recording of its own of the samples from tmin to tmax.")
        .def("crop_times", engine(crop_times), "tmin"_a, "tmax"_a.none(), "include_tmax"_a)
        .def("set_annotations", engine(set_annotations), "annotations"_a, "warn_outside"_a)
        .def("notch_filter", engine_with<Raw&, NotchOptions>(notch_filter), "options"_a)
        .def(
            "resample",
            [](Raw& raw, const nb::dict& options, const std::optional<NumpyIn<std::int64_t, 2>>& events,
               const std::optional<std::vector<index>>& triggers) -> nb::object {
                const auto settings = options_of<ResampleOptions>(options);
                if (!events) {
                    run([&] { resample(raw, settings, nullptr, triggers); });
                    return nb::none();
                }
                Events moved = engine_events(*events);
                run([&] { resample(raw, settings, &moved, triggers); });
                return nb::cast(python_events(moved));
            },
            "options"_a, "events"_a.none(), "triggers"_a.none())
        .def(
            "annotation_spans",
            [](const Raw& raw, const std::vector<std::string>& words) {
                std::vector<std::int64_t> begins, ends;
                for (const AnnotationSpan& span : annotation_spans(raw, words)) {
                    begins.push_back(span.begin);
                    ends.push_back(span.end);
                }
                return nb::make_tuple(numpy_copy(begins), numpy_copy(ends));
            },
            "words"_a, "Samples at which the annotations begin and end whose descriptions begin with one of `words`.")
        .def(
            "append",
            [](Raw& raw, const std::vector<const Raw*>& others) {
                std::vector<Raw> raws = shared_raws(others);
                raws.insert(raws.begin(), shared_raw(raw));
                run([&] { raw = concatenated(std::move(raws)); });
            },
            "raws"_a)
        .def(
            "add_channels",
            [](Raw& raw, const std::vector<const Raw*>& others) {
                const std::vector<Raw> raws = shared_raws(others);
                run([&] { add_channels(raw, pointers(raws)); });
            },
            "raws"_a);
}

}  // namespace ranvier::python
