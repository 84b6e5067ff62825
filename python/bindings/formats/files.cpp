#include "meeg/faces.hpp"
#include "meeg/info.hpp"
#include "meeg/options.hpp"
#include "ranvier/formats/edf/edf.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/formats/sample_data.hpp"

namespace ranvier::python {

using namespace meeg;
using namespace formats;

namespace {

ReadEdfOptions edf_options(const nb::dict& options) {
    ReadEdfOptions o;
    take(options, "eog", o.eog);
    take(options, "misc", o.misc);
    take(options, "stim_channel", o.stim_channel);
    take(options, "infer_types", o.infer_types);
    take(options, "exclude", o.exclude);
    take(options, "include", o.include);
    take(options, "encoding", o.encoding);
    take(options, "exclude_after_unique", o.exclude_after_unique);
    return o;
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
    m.def(
        "read_raw", [](const fs::path& path) { return run([&] { return formats::read_raw(path); }); }, "path"_a);
    m.def(
        "read_annotations", [](const fs::path& path) { return run([&] { return formats::read_annotations(path); }); },
        "path"_a);
    m.def(
        "read_raw_edf",
        [](const fs::path& path, const nb::dict& options) {
            const auto o = edf_options(options);
            return run([&] { return read_raw_edf(path, o); });
        },
        "path"_a, "options"_a);
    m.def(
        "read_raw_bdf",
        [](const fs::path& path, const nb::dict& options) {
            const auto o = edf_options(options);
            return run([&] { return read_raw_bdf(path, o); });
        },
        "path"_a, "options"_a);
    m.def(
        "write_raw_edf",
        [](const Raw& raw, const fs::path& path, const std::string& physical_range, bool add_channel_type,
           bool overwrite) { run([&] {
                                 write_raw_edf(raw, path, {add_channel_type, overwrite, physical_range});
                             }); },
        "raw"_a, "path"_a, "physical_range"_a, "add_channel_type"_a, "overwrite"_a);

    m.def(
        "read_raw_fif",
        [](const fs::path& path, bool allow_maxshield, bool missing_split_is_error) {
            ReadRawFifOptions o;
            o.allow_maxshield = allow_maxshield;
            o.missing_split_is_error = missing_split_is_error;
            return run([&] { return read_raw_fif(path, o); });
        },
        "path"_a, "allow_maxshield"_a, "missing_split_is_error"_a);
    m.def(
        "write_raw_fif",
        [](const Raw& raw, const fs::path& path, const nb::dict& options) {
            WriteRawFifOptions o;
            take(options, "format", o.format);
            take(options, "split_size", o.split_size);
            take(options, "split_naming", o.split_naming);
            take(options, "overwrite", o.overwrite);
            take(options, "buffer_samples", o.buffer_samples);
            return run([&] { return write_raw_fif(raw, path, o); });
        },
        "raw"_a, "path"_a, "options"_a);
    m.def(
        "read_epochs_fif",
        [](const fs::path& path, bool proj) { return run([&] { return read_epochs_fif(path, proj); }); }, "path"_a,
        "proj"_a);
    m.def(
        "write_epochs_fif",
        [](const Epochs& epochs, const fs::path& path, const std::string& format, bool overwrite,
           std::uint64_t split_size, const std::string& split_naming) {
            return run([&] { return write_epochs_fif(epochs, path, format, overwrite, split_size, split_naming); });
        },
        "epochs"_a, "path"_a, "format"_a, "overwrite"_a, "split_size"_a, "split_naming"_a);
    m.def(
        "read_evokeds_fif",
        [](const fs::path& path, bool allow_maxshield) {
            return run([&] { return read_evokeds_fif(path, allow_maxshield); });
        },
        "path"_a, "allow_maxshield"_a);
    m.def(
        "write_evokeds_fif",
        [](const std::vector<const Evoked*>& parts, const fs::path& path, bool overwrite) {
            std::vector<Evoked> evokeds;
            for (const Evoked* part : parts) {
                evokeds.push_back(*part);
            }
            run([&] { write_evokeds_fif(evokeds, path, overwrite); });
        },
        "evokeds"_a, "path"_a, "overwrite"_a);
    m.def(
        "read_covariance_fif", [](const fs::path& path) { return run([&] { return read_covariance_fif(path); }); },
        "path"_a);
    m.def(
        "write_covariance_fif",
        [](const Covariance& covariance, const fs::path& path, bool overwrite) {
            run([&] { write_covariance_fif(covariance, path, overwrite); });
        },
        "covariance"_a, "path"_a, "overwrite"_a);
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
        "read_events_fif",
        [](const fs::path& path) { return python_events(run([&] { return read_events_fif(path); })); }, "path"_a);
    m.def(
        "write_events_fif",
        [](const NumpyIn<std::int64_t, 2>& events, const fs::path& path, bool overwrite) {
            const Events list = engine_events(events);
            run([&] { write_events_fif(list, path, overwrite); });
        },
        "events"_a, "path"_a, "overwrite"_a);
    m.def(
        "read_annotations_fif", [](const fs::path& path) { return run([&] { return read_annotations_fif(path); }); },
        "path"_a);
    m.def(
        "write_annotations_fif",
        [](const Annotations& annotations, const fs::path& path, bool overwrite) {
            run([&] { write_annotations_fif(annotations, path, overwrite); });
        },
        "annotations"_a, "path"_a, "overwrite"_a);
    m.def("sample_folders", &sample_folders);
    m.def(
        "sample_files",
        [](const std::string& set) {
            std::vector<std::string> names;
            for (const SampleFile& file : sample_set(set).files) {
                names.push_back(file.name);
            }
            return names;
        },
        "set"_a);
    m.def(
        "sample_path",
        [](const std::string& set_name, const std::string& name) {
            const SampleSet& set = sample_set(set_name);
            for (const SampleFile& file : set.files) {
                if (file.name == name) {
                    return run([&] {
                        const auto here = found(set, file);
                        return here ? *here : fetch(set, file, sample_folders().back());
                    });
                }
            }
            throw InvalidInput("set '" + set_name + "' has no file '" + name + "'");
        },
        "set"_a, "name"_a, "Where a file of sample data lies; fetched where it is not found.");
    m.def(
        "read_info_fif", [](const fs::path& path) { return run([&] { return read_info_fif(path); }); }, "path"_a);
    m.def(
        "write_info_fif",
        [](const Info& info, const fs::path& path, bool overwrite) {
            run([&] { write_info_fif(info, path, overwrite); });
        },
        "info"_a, "path"_a, "overwrite"_a);
}

}  // namespace ranvier::python
