#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/anatomy/bem.hpp"
#include "ranvier/meeg/anatomy/morphing.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"
#include "ranvier/meeg/ica/ica.hpp"
#include "ranvier/meeg/inverse/inverse_operator.hpp"
#include "ranvier/meeg/maxwell/calibration.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// FIFF, the format of Neuromag/MEGIN and MNE: `.fif` and `.fif.gz`. Every reader throws FileError with the byte at
/// which a file is damaged, and never returns a part.
namespace ranvier::formats {

namespace fs = std::filesystem;

struct ReadRawFifOptions {
    bool allow_maxshield = false;
    bool follow_split = true;  ///< read the further parts of a split recording
    bool missing_split_is_error = true;
};
/// A recording, lazily. @throws FileError
meeg::Raw read_raw_fif(const fs::path& path, const ReadRawFifOptions& options = {});

/// A recording; or real and imaginary parts of a complex one.
std::pair<meeg::Raw, std::optional<meeg::Raw>> read_complex_raw_fif(const fs::path& path,
                                                                    const ReadRawFifOptions& options = {});

struct WriteRawFifOptions {
    std::string format = "single";
    std::uint64_t split_size = 2'000'000'000;
    std::string split_naming = "neuromag";
    bool overwrite = false;
    index buffer_samples = 0;
    bool drop_small_buffer = false;
    static Fields fields() {
        using O = WriteRawFifOptions;
        return {"write_raw_fif",
                {field("fmt", &O::format, "format of the samples").one_of({"single", "double", "int", "short"}),
                 field("split_size", &O::split_size, "size of a file above which another part is begun").in("bytes"),
                 field("split_naming", &O::split_naming, "names of parts: name-1.fif …, or name_split-01 …")
                     .one_of({"neuromag", "bids"}),
                 field("overwrite", &O::overwrite, "whether to replace a file"),
                 field("buffer_samples", &O::buffer_samples,
                       "samples per data buffer; 0: what MNE-Python takes, those of 1 s")
                     .at_least(0),
                 field("drop_small_buffer", &O::drop_small_buffer,
                       "whether a last buffer that is not full is left out, as programs want it that need buffers of "
                       "one length; one that is the only one stays")}};
    }
};
/// @param imaginary  of a complex recording: its imaginary parts; `raw` are the real ones. "single" or "double" alone
/// @return the files written
std::vector<fs::path> write_raw_fif(const meeg::Raw& raw, const fs::path& path, const WriteRawFifOptions& options = {},
                                    const meeg::Raw* imaginary = nullptr);

/// Epochs, in memory; all parts of a split file. @param proj  apply the projections that are not yet applied
meeg::Epochs read_epochs_fif(const fs::path& path, bool proj = true);
/// Real epochs; or real and imaginary parts of complex ones.
std::pair<meeg::Epochs, std::optional<meeg::Epochs>> read_complex_epochs_fif(const fs::path& path, bool proj = true);
/// @param format  "single" or "double"
/// @param split_size  no file grows larger [bytes]; 1 MiB of each is reserve, and parts are even, as MNE-Python makes
/// them
/// @param imaginary  of complex epochs: their imaginary parts; `epochs` are the real ones
/// @return the files written
std::vector<fs::path> write_epochs_fif(const meeg::Epochs& epochs, const fs::path& path,
                                       const std::string& format = "single", bool overwrite = false,
                                       std::uint64_t split_size = 2'000'000'000,
                                       const std::string& split_naming = "neuromag",
                                       const meeg::Epochs* imaginary = nullptr);

/// All averages of a file, of all kinds. @param allow_maxshield  also those distorted by active shielding
std::vector<meeg::Evoked> read_evokeds_fif(const fs::path& path, bool allow_maxshield = false);
void write_evokeds_fif(const std::vector<meeg::Evoked>& evokeds, const fs::path& path, bool overwrite = false);
/// Averages that may be complex: the second of each pair is the imaginary part, or nothing.
using ComplexEvoked = std::pair<meeg::Evoked, std::optional<meeg::Evoked>>;
std::vector<ComplexEvoked> read_complex_evokeds_fif(const fs::path& path, bool allow_maxshield = false);
void write_complex_evokeds_fif(const std::vector<ComplexEvoked>& evokeds, const fs::path& path, bool overwrite = false);

meeg::Covariance read_covariance_fif(const fs::path& path);
void write_covariance_fif(const meeg::Covariance& covariance, const fs::path& path, bool overwrite = false);

/// Independent components, `-ica.fif`, those of MNE-Python too.
meeg::Ica read_ica_fif(const fs::path& path);
void write_ica_fif(const meeg::Ica& ica, const fs::path& path, bool overwrite = false);

StableVector<meeg::Projection> read_projections_fif(const fs::path& path);
void write_projections_fif(const StableVector<meeg::Projection>& projections, const fs::path& path,
                           bool overwrite = false);

/// @param names  if given: gets the names of the events, where the file has them
meeg::Events read_events_fif(const fs::path& path, std::optional<meeg::EventIds>* names = nullptr);
void write_events_fif(const meeg::Events& events, const fs::path& path, bool overwrite = false);

meeg::Annotations read_annotations_fif(const fs::path& path);
void write_annotations_fif(const meeg::Annotations& annotations, const fs::path& path, bool overwrite = false);

/// Digitised points, as landmarks of a head.
StableVector<meeg::DigPoint> read_dig_fif(const fs::path& path);
void write_dig_fif(const StableVector<meeg::DigPoint>& points, const fs::path& path, bool overwrite = false);

/// A forward solution, along x, y, z of its frame, or of fixed orientations where it was computed so. Its info knows
/// the channels, no sampling rate. Gradients by the sources' places are left out, with a warning.
meeg::ForwardSolution read_forward_solution_fif(const fs::path& path);
/// As it was computed: what convert_forward_solution() turned is turned back. Single precision.
void write_forward_solution_fif(const meeg::ForwardSolution& forward, const fs::path& path, bool overwrite = false);

/// An inverse operator, not prepared.
meeg::InverseOperator read_inverse_operator_fif(const fs::path& path);
/// In single precision. @throws InvalidInput  it has been prepared for eLORETA, whose weights files can't hold
void write_inverse_operator_fif(const meeg::InverseOperator& inverse, const fs::path& path, bool overwrite = false);

/// The cross-talk matrix of a system. @throws FileError  none in it
meeg::CrossTalk read_cross_talk_fif(const fs::path& path);
/// Where the head is, by a recording, averages or a file of transforms: from the device to the head.
/// @throws FileError  it does not say so
meeg::Transform read_head_transform_fif(const fs::path& path);

/// Source spaces, of forward solutions and inverse operators too.
meeg::SourceSpaces read_source_spaces_fif(const fs::path& path);
void write_source_spaces_fif(const meeg::SourceSpaces& spaces, const fs::path& path, bool overwrite = false);

/// The surfaces of a boundary-element model, with normals that are the file's or, where it has none, computed.
StableVector<meeg::Surface> read_bem_surfaces_fif(const fs::path& path);
void write_bem_surfaces_fif(const StableVector<meeg::Surface>& surfaces, const fs::path& path, bool overwrite = false);
/// Whether a boundary-element model has its solution beside its surfaces.
bool holds_bem_solution_fif(const fs::path& path);
/// A boundary-element model with its solution. @throws FileError  it has none, or another than linear collocation
meeg::BemModel read_bem_solution_fif(const fs::path& path);
void write_bem_solution_fif(const meeg::BemModel& model, const fs::path& path, bool overwrite = false);

/// Morph maps between subjects, `-morph.fif`. @throws FileError  there are none
std::vector<meeg::MorphMaps> read_morph_maps_fif(const fs::path& path);
void write_morph_maps_fif(const std::vector<meeg::MorphMaps>& maps, const fs::path& path, bool overwrite = false);

/// The coordinate transforms of a file, in its order. @throws FileError  there are none
std::vector<meeg::Transform> read_transforms_fif(const fs::path& path);
void write_transform_fif(const meeg::Transform& transform, const fs::path& path, bool overwrite = false);

meeg::Info read_info_fif(const fs::path& path);
void write_info_fif(const meeg::Info& info, const fs::path& path, bool overwrite = false);

}  // namespace ranvier::formats
