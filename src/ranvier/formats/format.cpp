#include "ranvier/formats/format.hpp"

#include <algorithm>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

const std::vector<const Format*>& formats() {
    static const std::vector<const Format*> all{&fiff_format,        &edf_format,        &bdf_format,
                                                &brainvision_format, &vamp_format,       &brainvision_markers_format,
                                                &eeglab_format,      &event_list_format, &annotation_table_format,
                                                &model_format};
    return all;
}

namespace {

const Format* format_named(const fs::path& path) {
    const std::string name = lower_case(path.filename().string());
    for (const Format* format : formats()) {
        if (std::ranges::any_of(format->extensions, [&](const auto& e) { return name.ends_with(e); })) {
            return format;
        }
    }
    return nullptr;
}

std::string suggestion(const fs::path& path) {
    std::vector<std::string> all;
    for (const Format* format : formats()) {
        all.insert(all.end(), format->extensions.begin(), format->extensions.end());
    }
    return did_you_mean(lower_case(path.extension().string()), all);
}

/// What the format of `path` has to read `what` with.
template <class T>
auto reader(const fs::path& path, T (*Format::*can)(const fs::path&)) {
    const Format* format = format_of(path);
    const std::string what(std::is_same_v<T, Contents> ? "files" : noun<T>);
    if (!format) {
        require(!path.empty(), "a file must be named; got an empty name");
        MappedFile{path};  // a file that is missing says so
        throw FileError(path, 0,
                        "is of no format that is known here, neither by its first bytes nor by its name; " + what +
                            " are read from " + extensions(can) + suggestion(path));
    }
    if (!(format->*can)) {
        throw FileError(path, 0,
                        "is " + format->name + ", which holds no " + what +
                            " that can be read here; they are read from " + extensions(can));
    }
    return format->*can;
}

template <class T>
auto writer(const fs::path& path, void (*Format::*can)(const T&, const fs::path&, bool)) {
    const Format* format = format_named(path);
    const std::string what(noun<T>);
    require(format && format->*can, [&] {
        return what + " are written as " + extensions(can) + "; got '" + path.filename().string() + "'" +
               (format ? "" : suggestion(path));
    });
    return format->*can;
}

}  // namespace

const Format* format_of(const fs::path& path) {
    std::error_code none;  // what can't be looked at is told when it is opened
    if (fs::is_regular_file(path, none)) {
        const MappedFile file(path);
        const std::size_t n = std::min<std::size_t>(file.bytes().size(), 512);
        const std::string_view head(reinterpret_cast<const char*>(file.bytes().data()), n);
        for (const Format* format : formats()) {
            if (format->begins(head)) {
                return format;
            }
        }
    }
    return format_named(path);
}

Contents read(const fs::path& path) { return reader(path, &Format::read)(path); }
meeg::Raw read_raw(const fs::path& path) { return reader(path, &Format::read_raw)(path); }
meeg::Epochs read_epochs(const fs::path& path) { return reader(path, &Format::read_epochs)(path); }
std::vector<meeg::Evoked> read_evokeds(const fs::path& path) { return reader(path, &Format::read_evokeds)(path); }
meeg::Annotations read_annotations(const fs::path& path) { return reader(path, &Format::read_annotations)(path); }

void write_raw(const meeg::Raw& raw, const fs::path& path, bool overwrite) {
    writer(path, &Format::write_raw)(raw, path, overwrite);
}
void write_epochs(const meeg::Epochs& epochs, const fs::path& path, bool overwrite) {
    writer(path, &Format::write_epochs)(epochs, path, overwrite);
}
void write_evokeds(const std::vector<meeg::Evoked>& evokeds, const fs::path& path, bool overwrite) {
    writer(path, &Format::write_evokeds)(evokeds, path, overwrite);
}
void write_annotations(const meeg::Annotations& annotations, const fs::path& path, bool overwrite) {
    writer(path, &Format::write_annotations)(annotations, path, overwrite);
}

void write_covariance(const meeg::Covariance& covariance, const fs::path& path, bool overwrite) {
    writer(path, &Format::write_covariance)(covariance, path, overwrite);
}

void write_projections(const StableVector<meeg::Projection>& projections, const fs::path& path, bool overwrite) {
    writer(path, &Format::write_projections)(projections, path, overwrite);
}

template <class T>
void check_goal(const fs::path& goal, void (*Format::*write)(const T&, const fs::path&, bool), bool overwrite) {
    writer(goal, write);
    ranvier::check_goal(goal, overwrite);
}
template void check_goal(const fs::path&, void (*Format::*)(const meeg::Raw&, const fs::path&, bool), bool);
template void check_goal(const fs::path&, void (*Format::*)(const meeg::Epochs&, const fs::path&, bool), bool);
template void check_goal(const fs::path&, void (*Format::*)(const std::vector<meeg::Evoked>&, const fs::path&, bool),
                         bool);
template void check_goal(const fs::path&, void (*Format::*)(const meeg::Annotations&, const fs::path&, bool), bool);
template void check_goal(const fs::path&, void (*Format::*)(const meeg::Covariance&, const fs::path&, bool), bool);
template void check_goal(const fs::path&,
                         void (*Format::*)(const StableVector<meeg::Projection>&, const fs::path&, bool), bool);

void check_name(const fs::path& goal, const Format& own) {
    const Format* named = format_named(goal);
    if (named && named != &own) {
        throw FileError(goal, FileError::no_offset,
                        "is named as " + named->name + ", and " + own.name + " is what is written there; end it in " +
                            own.extensions.front());
    }
}

}  // namespace ranvier::formats
