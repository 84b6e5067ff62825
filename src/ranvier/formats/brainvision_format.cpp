#include "ranvier/formats/format.hpp"

#include "ranvier/formats/brainvision/brainvision.hpp"
#include "ranvier/formats/brainvision/text.hpp"

namespace ranvier::formats {

const Format brainvision_format{
    .name = "BrainVision",
    .extensions = {".vhdr"},
    .begins =
        [](std::string_view head) {
            return brainvision::begins_as(head, "Header") && head.find("V-Amp") == std::string_view::npos;
        },
    .read = [](const fs::path& path) -> Contents { return read_raw_brainvision(path); },
    .read_raw = [](const fs::path& path) { return read_raw_brainvision(path); },
    .write_raw = [](const meeg::Raw& raw, const fs::path& path,
                    bool overwrite) { write_raw_brainvision(raw, path, {.overwrite = overwrite}); },
};
const Format vamp_format{
    .name = "BrainVision of V-Amp",
    .extensions = {".ahdr"},
    .begins = [](std::string_view head) { return brainvision::begins_as(head, "Header"); },
    .read = [](const fs::path& path) -> Contents { return read_raw_brainvision(path); },
    .read_raw = [](const fs::path& path) { return read_raw_brainvision(path); },
};
const Format brainvision_markers_format{
    .name = "BrainVision markers",
    .extensions = {".vmrk", ".amrk"},
    .begins = [](std::string_view head) { return brainvision::begins_as(head, "Marker"); },
    .read = [](const fs::path& path) -> Contents { return read_annotations_brainvision(path); },
    .read_annotations = [](const fs::path& path) { return read_annotations_brainvision(path); },
};

}  // namespace ranvier::formats
