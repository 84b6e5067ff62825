#include "ranvier/formats/recording.hpp"

#include <algorithm>
#include <cctype>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/formats/edf/edf.hpp"
#include "ranvier/formats/fiff/fiff.hpp"

namespace ranvier::formats {

namespace {

enum class Kind { fif, edf, bdf, unknown };

/// What the first bytes say. A gzip file counts as FIFF, the only format here that comes packed.
Kind kind_of_content(std::string_view head) {
    using namespace std::string_view_literals;
    if (head.starts_with("\0\0\0\x64\0\0\0\x1f"sv) || head.starts_with("\x1f\x8b"sv)) {  // tag FIFF_FILE_ID, ID struct
        return Kind::fif;
    }
    if (head.starts_with("\xff"
                         "BIOSEMI"sv)) {
        return Kind::bdf;
    }
    return head.starts_with("0       "sv) ? Kind::edf : Kind::unknown;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

Kind kind_of_name(const std::string& name) {
    const std::vector<RecordingFormat>& formats = recording_formats();
    for (std::size_t k = 0; k < formats.size(); ++k) {
        for (const std::string& extension : formats[k].extensions) {
            if (name.ends_with(extension)) {
                return static_cast<Kind>(k);
            }
        }
    }
    return Kind::unknown;
}

[[noreturn]] void fail(const std::filesystem::path& path) {
    std::string known;
    std::vector<std::string> extensions;
    for (const RecordingFormat& format : recording_formats()) {
        known += (known.empty() ? "" : ", ") + format.name + " (";
        for (const std::string& extension : format.extensions) {
            known += (extension == format.extensions.front() ? "" : ", ") + extension;
            extensions.push_back(extension);
        }
        known += ")";
    }
    throw FileError(path, 0,
                    "is of no format that is known here, neither by its first bytes nor by its name; known are " +
                        known + did_you_mean(lower(path.extension().string()), extensions));
}

}  // namespace

const std::vector<RecordingFormat>& recording_formats() {
    static const std::vector<RecordingFormat> formats{// in the order of Kind
                                                      {"FIFF", {".fif", ".fif.gz"}},
                                                      {"EDF", {".edf", ".rec"}},
                                                      {"BDF", {".bdf"}}};
    return formats;
}

meeg::Raw read_raw(const std::filesystem::path& path) {
    Kind kind = Kind::unknown;
    {
        const MappedFile file(path);
        const std::size_t n = std::min<std::size_t>(file.bytes().size(), 8);
        kind = kind_of_content({reinterpret_cast<const char*>(file.bytes().data()), n});
    }
    if (kind == Kind::unknown) {
        kind = kind_of_name(lower(path.filename().string()));
    }
    switch (kind) {
        case Kind::fif: return read_raw_fif(path);
        case Kind::edf: return read_raw_edf(path);
        case Kind::bdf: return read_raw_bdf(path);
        case Kind::unknown: break;
    }
    fail(path);
}

void write_raw(const meeg::Raw& raw, const std::filesystem::path& path, bool overwrite) {
    const std::string name = lower(path.filename().string());
    if (name.ends_with(".fif") || name.ends_with(".fif.gz")) {
        WriteRawFifOptions options;
        options.overwrite = overwrite;
        write_raw_fif(raw, path, options);
    } else if (name.ends_with(".edf")) {
        WriteEdfOptions options;
        options.overwrite = overwrite;
        write_raw_edf(raw, path, options);
    } else {
        throw InvalidInput("a recording is written as .fif, .fif.gz or .edf; got '" + path.filename().string() + "'");
    }
}

}  // namespace ranvier::formats
