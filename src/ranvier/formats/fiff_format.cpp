#include "ranvier/formats/format.hpp"

#include "ranvier/formats/fiff/fiff.hpp"

namespace ranvier::formats {

extern const Format fiff_format;
const Format fiff_format{
    .name = "FIFF",
    .extensions = {".fif", ".fif.gz"},
    .begins =
        [](std::string_view head) {
            using namespace std::string_view_literals;
            // The tag FIFF_FILE_ID with its struct; or gzip, as FIFF is the only format here that comes packed.
            return head.starts_with("\0\0\0\x64\0\0\0\x1f"sv) || head.starts_with("\x1f\x8b"sv);
        },
    .read_raw = [](const fs::path& path) { return read_raw_fif(path); },
    .write_raw = [](const meeg::Raw& raw, const fs::path& path,
                    bool overwrite) { write_raw_fif(raw, path, {.overwrite = overwrite}); },
    .read_epochs = [](const fs::path& path) { return read_epochs_fif(path); },
    .write_epochs = [](const meeg::Epochs& epochs, const fs::path& path,
                       bool overwrite) { write_epochs_fif(epochs, path, "single", overwrite); },
    .read_evokeds = [](const fs::path& path) { return read_evokeds_fif(path); },
    .write_evokeds = write_evokeds_fif,
    .read_annotations = read_annotations_fif,
    .write_annotations = write_annotations_fif,
};

}  // namespace ranvier::formats
