#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ranvier/meeg/raw.hpp"

/// European Data Format: EDF, EDF+ and BDF (24 bit). @source  Kemp et al. 1992, doi:10.1016/0013-4694(92)90009-7;
/// Kemp & Olivan 2003, doi:10.1016/S1388-2457(03)00123-8
namespace ranvier::formats {

struct ReadEdfOptions {
    std::vector<std::string> eog, misc;     ///< names of channels of those types
    std::string stim_channel = "auto";      ///< "auto": "Status"/"Trigger"; a name; "" none
    bool infer_types = false;               ///< "EEG Fp1" → type EEG, name Fp1
    std::vector<std::string> exclude, include;
    std::string encoding = "utf8";          ///< or "latin1"
    bool exclude_after_unique = false;
};
/// A recording, lazily; signals of lower rates are brought to the highest by the rules of MNE-Python.
/// @throws FileError
meeg::Raw read_raw_edf(const std::filesystem::path& path, const ReadEdfOptions& options = {});
meeg::Raw read_raw_bdf(const std::filesystem::path& path, const ReadEdfOptions& options = {});

struct WriteEdfOptions {
    bool add_channel_type = false;
    bool overwrite = false;
    /// "auto": each channel's own range; or "channelwise"
    std::string physical_range = "auto";
};
/// EDF+ with annotations.
void write_raw_edf(const meeg::Raw& raw, const std::filesystem::path& path, const WriteEdfOptions& options = {});

}  // namespace ranvier::formats
