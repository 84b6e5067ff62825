#pragma once

#include <array>
#include <optional>
#include <string>

#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/tags.hpp"
#include "ranvier/formats/fiff/writer.hpp"
#include "ranvier/formats/kernels/fiff_samples.hpp"
#include "ranvier/meeg/recording/annotations.hpp"
#include "ranvier/meeg/recording/events.hpp"

/// What several kinds of FIFF files hold besides measurement info.
namespace ranvier::formats::fiff {

/// The file's annotations; nothing where it has no such block.
std::optional<meeg::Annotations> annotations_of(const File& file);
void write_annotations(Writer& out, const meeg::Annotations& annotations);

/// A tag's lists of words in JSON. @param what  they should be, for a message
std::vector<std::vector<std::string>> lists_of(const File& file, const Entry& entry, const std::string& what);

/// The file's event list and, where it has them, their names. @throws FileError  no list
meeg::Events events_of(const File& file, std::optional<meeg::EventIds>* names = nullptr);
void write_event_list(Writer& out, const meeg::Events& events);

/// The file that follows in a split recording; nothing at the end of one.
std::optional<std::filesystem::path> next_part(const File& file);
/// The block that names the part before or behind.
void write_reference(Writer& out, int role, const std::string& file_name, int part, const meeg::Info& info);

/// How samples are stored: its name, the type of their tags, whether whole numbers keep the converter's range, and what
/// reads and writes them.
struct SampleFormat {
    std::string_view name;
    int type;
    bool keeps_range;
    decltype(SampleKernels::read_float) SampleKernels::*read;
    decltype(SampleKernels::write_int) SampleKernels::*write;
};
inline constexpr std::array<SampleFormat, 4> sample_formats{
    {{"single", type::float_, false, &SampleKernels::read_float, &SampleKernels::write_float},
     {"double", type::double_, false, &SampleKernels::read_double, &SampleKernels::write_double},
     {"int", type::int_, true, &SampleKernels::read_int, &SampleKernels::write_int},
     {"short", type::dau_pack16, true, &SampleKernels::read_short, &SampleKernels::write_short}}};

/// Names of the parts of a split file: "a_raw.fif", "a_raw-1.fif" … ("neuromag"), or "a_split-01_meg.fif" … ("bids").
std::filesystem::path part_path(const std::filesystem::path& path, const std::string& naming, int part);

/// Whether a path ends in .fif or .fif.gz.
bool is_fiff(const std::filesystem::path& path);

}  // namespace ranvier::formats::fiff
