#include <algorithm>
#include <iterator>

#include "ranvier/formats/format.hpp"

#include "ranvier/base/error.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/tags.hpp"

namespace ranvier::formats {

namespace {

/// By the most special block: epochs hold events too, and every one of them holds measurement info.
Contents contents(const fs::path& path) {
    using namespace fiff;
    constexpr struct {
        int block;
        Contents (*read)(const fs::path&);
    } kinds[] = {
        {block::mne_epochs, [](const fs::path& p) -> Contents { return read_epochs_fif(p); }},
        {block::evoked, [](const fs::path& p) -> Contents { return read_evokeds_fif(p); }},
        {block::raw_data, [](const fs::path& p) -> Contents { return read_raw_fif(p); }},
        {block::continuous_data, [](const fs::path& p) -> Contents { return read_raw_fif(p); }},
        {block::ias_raw_data, [](const fs::path& p) -> Contents { return read_raw_fif(p); }},
        {block::mne_cov, [](const fs::path& p) -> Contents { return read_covariance_fif(p); }},
        {block::meas_info, [](const fs::path& p) -> Contents { return read_info_fif(p); }},
        {block::mne_events, [](const fs::path& p) -> Contents { return read_events_fif(p); }},
        {block::mne_annotations, [](const fs::path& p) -> Contents { return read_annotations_fif(p); }},
        {block::proj, [](const fs::path& p) -> Contents { return read_projections_fif(p); }},
    };
    std::string blocks;
    const auto* kind = [&] {
        const File file(path);
        for (const Node& node : file.root().children) {
            blocks += (blocks.empty() ? "" : ", ") + text_of(node.kind);
        }
        return std::ranges::find_if(kinds, [&](const auto& k) { return file.root().first(k.block) != nullptr; });
    }();
    if (kind == std::end(kinds)) {
        throw FileError(
            path, FileError::no_offset,
            "is FIFF, but holds none of what is read here: recordings, epochs, averages, covariances, events, "
            "annotations, projections, measurement info (its blocks: " +
                (blocks.empty() ? "none" : blocks) + ")");
    }
    return kind->read(path);
}

}  // namespace

const Format fiff_format{
    .name = "FIFF",
    .extensions = {".fif", ".fif.gz"},
    .begins =
        [](std::string_view head) {
            using namespace std::string_view_literals;
            // The tag FIFF_FILE_ID with its struct; or gzip, as FIFF is the only format here that comes packed.
            return head.starts_with("\0\0\0\x64\0\0\0\x1f"sv) || head.starts_with("\x1f\x8b"sv);
        },
    .read = contents,
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
    .write_covariance = write_covariance_fif,
    .write_projections = write_projections_fif,
};

}  // namespace ranvier::formats
