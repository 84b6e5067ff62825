#include "ranvier/formats/format.hpp"

#include "ranvier/formats/edf/edf.hpp"

namespace ranvier::formats {

const Format edf_format{
    .name = "EDF",
    .extensions = {".edf", ".rec"},
    .begins = [](std::string_view head) { return head.starts_with("0       "); },
    .read = [](const fs::path& path) -> Contents {
        if (holds_annotations_only(path)) {
            return read_annotations_edf(path);
        }
        return read_raw_edf(path);
    },
    .read_raw = [](const fs::path& path) { return read_raw_edf(path); },
    .write_raw = [](const meeg::Raw& raw, const fs::path& path,
                    bool overwrite) { write_raw_edf(raw, path, {.overwrite = overwrite}); },
    .read_annotations = [](const fs::path& path) { return read_annotations_edf(path); },
};
const Format bdf_format{
    .name = "BDF",
    .extensions = {".bdf"},
    .begins =
        [](std::string_view head) {
            return head.starts_with(
                "\xff"
                "BIOSEMI");
        },
    .read = [](const fs::path& path) -> Contents {
        if (holds_annotations_only(path)) {
            return read_annotations_edf(path);
        }
        return read_raw_bdf(path);
    },
    .read_raw = [](const fs::path& path) { return read_raw_bdf(path); },
    .write_raw = [](const meeg::Raw& raw, const fs::path& path,
                    bool overwrite) { write_raw_bdf(raw, path, {.overwrite = overwrite}); },
    .read_annotations = [](const fs::path& path) { return read_annotations_edf(path); },
};

}  // namespace ranvier::formats
