#include "ranvier/formats/format.hpp"

#include "ranvier/formats/eeglab/eeglab.hpp"

namespace ranvier::formats {

const Format eeglab_format{
    .name = "EEGLAB",
    .extensions = {".set"},
    .begins =
        [](std::string_view head) {
            // of MATLAB's files, EEGLAB's are those that are read here
            return head.starts_with("MATLAB 5.0 MAT-file") || head.starts_with("MATLAB 7.3 MAT-file") ||
                   head.starts_with("\x89HDF\r\n");
        },
    .read = [](const fs::path& path) -> Contents {
        if (holds_epochs_eeglab(path)) {
            return read_epochs_eeglab(path);
        }
        return read_raw_eeglab(path);
    },
    .read_raw = [](const fs::path& path) { return read_raw_eeglab(path); },
    .write_raw = [](const meeg::Raw& raw, const fs::path& path,
                    bool overwrite) { write_raw_eeglab(raw, path, {.overwrite = overwrite}); },
    .read_epochs = [](const fs::path& path) { return read_epochs_eeglab(path); },
    .write_epochs = [](const meeg::Epochs& epochs, const fs::path& path,
                       bool overwrite) { write_epochs_eeglab(epochs, path, {.overwrite = overwrite}); },
    .read_annotations = [](const fs::path& path) { return read_annotations_eeglab(path); },
};

}  // namespace ranvier::formats
