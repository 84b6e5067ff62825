#include "meeg/faces.hpp"
#include "meeg/samples.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/annotation_table.hpp"
#include "ranvier/formats/brainvision/brainvision.hpp"
#include "ranvier/formats/edf/edf.hpp"
#include "ranvier/formats/eeglab/eeglab.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/formats/sample_data.hpp"

namespace ranvier::python {

using namespace meeg;
using namespace formats;

namespace {

/// Engine work, whose IncompleteHeader becomes the exception that says the key.
template <class F>
auto telling_what_lacks(F&& read) {
    try {
        return run(read);
    } catch (const IncompleteHeader& lacking) {
        const nb::object made = nb::module_::import_("ranvier.meeg.io.brainvision")
                                    .attr("incomplete_header")(lacking.what(), lacking.path(), lacking.offset(),
                                                               lacking.section(), lacking.key());
        PyErr_SetObject(made.type().ptr(), made.ptr());
        nb::python_error error;  // takes it
        deliver_warnings_beside(error);
        throw error;
    }
}

}  // namespace

void bind_files(nb::module_& m) {
    m.def(
        "format_of",
        [](const fs::path& path) {
            const Format* format = run([&] { return format_of(path); });
            return format ? format->name : "";
        },
        "path"_a, R"(Name of a file's format, by its first bytes or its extension: "EDF"; "" where it is unknown.)");
    m.def(
        "extensions",
        [](const std::string& can) {
            const std::map<std::string, std::string> lists{{"read_raw", extensions(&Format::read_raw)},
                                                           {"write_raw", extensions(&Format::write_raw)},
                                                           {"read_annotations", extensions(&Format::read_annotations)}};
            return lists.at(can);
        },
        "can"_a, R"(The extensions of the formats that can: ".fif, .fif.gz, .edf".)");
    m.def("read_raw", engine(formats::read_raw), "path"_a);
    m.def("read_annotations", engine(formats::read_annotations), "path"_a);
    m.def("annotations_of_table", engine(annotations_of_table), "text"_a, "dates"_a, "path"_a);
    publish<ReadEdfOptions>();
    publish<WriteRawFifOptions>();
    m.def("edf_labels", engine(edf_labels), "path"_a, "infer_types"_a, "unique"_a);
    m.def("read_annotations_edf", engine(read_annotations_edf), "path"_a, "encoding"_a);
    m.def("read_raw_edf", engine_with<const fs::path&, ReadEdfOptions>(read_raw_edf), "path"_a, "options"_a);
    m.def("read_raw_bdf", engine_with<const fs::path&, ReadEdfOptions>(read_raw_bdf), "path"_a, "options"_a);
    const auto write_to = [&](const char* name, auto write) {
        m.def(
            name,
            [write](const Raw& raw, const fs::path& path, const std::string& physical_range, bool add_channel_type,
                    bool overwrite, const std::optional<std::pair<double, double>>& range) {
                run([&] { write(raw, path, {add_channel_type, overwrite, physical_range, range}); });
            },
            "raw"_a, "path"_a, "physical_range"_a, "add_channel_type"_a, "overwrite"_a, "range"_a);
    };
    write_to("write_raw_edf", write_raw_edf);
    write_to("write_raw_bdf", write_raw_bdf);

    publish<ReadBrainVisionOptions>();
    publish<BrainVisionOverrides>();
    m.def("read_annotations_brainvision", engine(read_annotations_brainvision), "path"_a, "sfreq"_a.none(),
          "ignore_marker_types"_a);
    m.def(
        "read_brainvision",
        [](const fs::path& path, const nb::dict& options) {
            const auto settings = options_of<ReadBrainVisionOptions>(options);
            BrainVisionRecording read = telling_what_lacks([&] { return read_brainvision(path, settings); });
            nb::dict units;
            for (const auto& [name, unit] : read.units) {
                units[name.c_str()] = unit;
            }
            nb::list impedances;
            for (const Impedance& i : read.impedances) {
                impedances.append(nb::make_tuple(i.electrode, i.value, i.unit, i.time, i.range, i.range_unit));
            }
            return nb::make_tuple(std::move(read.raw), units, impedances);
        },
        "path"_a, "options"_a, "A recording, its units as they are written, by channel, and impedances as tuples.");
    m.def(
        "write_raw_brainvision",
        [](const Raw& raw, const fs::path& path, bool overwrite) {
            run([&] { write_raw_brainvision(raw, path, {overwrite}); });
        },
        "raw"_a, "path"_a, "overwrite"_a);

    publish<ReadEeglabOptions>();
    m.def("read_raw_eeglab", engine_with<const fs::path&, ReadEeglabOptions>(read_raw_eeglab), "path"_a, "options"_a);
    m.def("read_epochs_eeglab", engine_with<const fs::path&, ReadEeglabOptions>(read_epochs_eeglab), "path"_a,
          "options"_a);
    m.def("read_annotations_eeglab", engine_with<const fs::path&, ReadEeglabOptions>(read_annotations_eeglab), "path"_a,
          "options"_a);
    m.def(
        "write_raw_eeglab",
        [](const Raw& raw, const fs::path& path, bool overwrite) {
            run([&] { write_raw_eeglab(raw, path, {.overwrite = overwrite}); });
        },
        "raw"_a, "path"_a, "overwrite"_a);
    m.def(
        "write_epochs_eeglab",
        [](const Epochs& epochs, const fs::path& path, bool overwrite) {
            run([&] { write_epochs_eeglab(epochs, path, {.overwrite = overwrite}); });
        },
        "epochs"_a, "path"_a, "overwrite"_a);

    m.def(
        "read_raw_fif",
        [](const fs::path& path, bool allow_maxshield, bool missing_split_is_error) {
            ReadRawFifOptions o;
            o.allow_maxshield = allow_maxshield;
            o.missing_split_is_error = missing_split_is_error;
            return run([&] { return read_complex_raw_fif(path, o); });
        },
        "path"_a, "allow_maxshield"_a, "missing_split_is_error"_a,
        "The recording and, where it is complex, its imaginary parts, or None.");
    m.def(
        "write_raw_fif",
        [](const Raw& raw, const fs::path& path, const nb::dict& options, const Raw* imaginary) {
            const auto o = options_of<WriteRawFifOptions>(options);
            return run([&] { return write_raw_fif(raw, path, o, imaginary); });
        },
        "raw"_a, "path"_a, "options"_a, "imaginary"_a.none());
    m.def("read_epochs_fif", engine(read_complex_epochs_fif), "path"_a, "proj"_a,
          "The epochs and, where they are complex, their imaginary parts, or None.");
    m.def("write_epochs_fif", engine(write_epochs_fif), "epochs"_a, "path"_a, "format"_a, "overwrite"_a, "split_size"_a,
          "split_naming"_a, "imaginary"_a.none());
    m.def("read_evokeds_fif", engine(read_complex_evokeds_fif), "path"_a, "allow_maxshield"_a,
          "Pairs of averages and, where they are complex, their imaginary parts, or None.");
    m.def("write_evokeds_fif", engine(write_complex_evokeds_fif), "evokeds"_a, "path"_a, "overwrite"_a);
    m.def("read_ica_fif", engine(read_ica_fif), "path"_a);
    m.def("write_ica_fif", engine(write_ica_fif), "ica"_a, "path"_a, "overwrite"_a);
    m.def("read_ica_eeglab", engine(read_ica_eeglab), "path"_a, "montage_units"_a);
    m.def("read_covariance_fif", engine(read_covariance_fif), "path"_a);
    m.def("write_covariance_fif", engine(write_covariance_fif), "covariance"_a, "path"_a, "overwrite"_a);
    m.def(
        "read_projections_fif",
        [](const fs::path& path) {
            nb::list list;
            for (const auto& projection : run([&] { return read_projections_fif(path); })) {
                list.append(nb::cast(projection, nb::rv_policy::copy));
            }
            return list;
        },
        "path"_a);
    m.def(
        "write_projections_fif",
        [](const nb::handle& list, const fs::path& path, bool overwrite) {
            StableVector<Projection> projections;
            set(projections, list);
            run([&] { write_projections_fif(projections, path, overwrite); });
        },
        "projections"_a, "path"_a, "overwrite"_a);
    m.def(
        "read_dig_fif",
        [](const fs::path& path) {
            nb::list list;
            for (const auto& point : run([&] { return read_dig_fif(path); })) {
                list.append(nb::cast(point, nb::rv_policy::copy));
            }
            return list;
        },
        "path"_a);
    m.def(
        "write_dig_fif",
        [](const nb::handle& list, const fs::path& path, bool overwrite) {
            StableVector<DigPoint> points;
            set(points, list);
            run([&] { write_dig_fif(points, path, overwrite); });
        },
        "points"_a, "path"_a, "overwrite"_a);
    m.def(
        "read_events_fif",
        [](const fs::path& path) {
            std::optional<EventIds> names;
            const auto events = run([&] { return read_events_fif(path, &names); });
            return std::pair(python_events(events), names);
        },
        "path"_a);
    m.def(
        "write_events_fif",
        [](const NumpyIn<std::int64_t, 2>& events, const fs::path& path, bool overwrite) {
            const Events list = engine_events(events);
            run([&] { write_events_fif(list, path, overwrite); });
        },
        "events"_a, "path"_a, "overwrite"_a);
    m.def("read_annotations_fif", engine(read_annotations_fif), "path"_a);
    m.def("write_annotations_fif", engine(write_annotations_fif), "annotations"_a, "path"_a, "overwrite"_a);
    m.def("sample_folders", &sample_folders);
    m.def(
        "sample_files", [](const std::string& set) { return names_of(sample_set(set).files); }, "set"_a);
    m.def(
        "sample_path",
        [](const std::string& set_name, const std::string& name) {
            const SampleSet& set = sample_set(set_name);
            const SampleFile* file = named(set.files, name);
            require(file, [&] { return "set '" + set_name + "' has no file '" + name + "'"; });
            return run([&] {
                const auto here = found(set, *file);
                return here ? *here : fetch(set, *file, sample_folders().back());
            });
        },
        "set"_a, "name"_a, "Where a file of sample data lies; fetched where it is not found.");
    m.def("read_info_fif", engine(read_info_fif), "path"_a);
    m.def("write_info_fif", engine(write_info_fif), "info"_a, "path"_a, "overwrite"_a);
}

}  // namespace ranvier::python
