#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ranvier::formats {

/// A file of recorded data that anybody may fetch.
struct SampleFile {
    std::string name;    ///< "S001R06.edf"
    std::string url;     ///< its public home
    std::string sha256;  ///< 64 hexadecimal digits
    std::int64_t bytes = 0;
    std::string licence;
};

/// Files that belong together. `folder` is where they lie in a folder of sample data.
struct SampleSet {
    std::string name, description, folder;
    std::vector<SampleFile> files;
};

/// All sets; so far "eegmmidb".
const std::vector<SampleSet>& sample_sets();
/// @throws InvalidInput  no such set; the message names near misses
const SampleSet& sample_set(const std::string& name);

/// Folders in which sample data is looked for, in order: $RANVIER_DATA, ../shared/data, ./shared/data, and the user's
/// cache (cache_folder() / "data"), into which fetch() writes.
std::vector<std::filesystem::path> sample_folders();

/// Where a file of a set lies on this machine with the right size, if anywhere; nothing is fetched.
std::optional<std::filesystem::path> found(const SampleSet& set, const SampleFile& file);
/// All files of a set in order, or none unless all are there.
std::optional<std::vector<std::filesystem::path>> found(const SampleSet& set);

/// Fetches a file from its public home (curl, else wget) into folder / set.folder: under another name, until its
/// SHA-256 has been checked. An unreachable home is given up after 5 s, a silent one after 15 s. Reports progress.
/// @return  where it lies
/// @throws FileError  unreachable, or not the file that was promised; the message says what to do by hand
std::filesystem::path fetch(const SampleSet& set, const SampleFile& file, const std::filesystem::path& folder);

/// All files of a set: those found, and the others fetched into the cache. @throws FileError
std::vector<std::filesystem::path> found_or_fetched(const SampleSet& set);

}  // namespace ranvier::formats
