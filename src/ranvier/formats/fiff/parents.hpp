#pragma once

#include <string>

#include "ranvier/formats/fiff/info.hpp"

/// What forward solutions and inverse operators say of the MRI and the recording that they are for.
namespace ranvier::formats::fiff {

struct Parents {
    meeg::Transform mri_to_head;
    std::string mri_file, meas_file;
    meeg::Info info;  ///< channels and where they are; no sampling rate
};
/// @param longer  gets long names of channels that other lists have short
Parents parents_of(const File& file, const Node& root, NameMap& longer);
void write_parents(Writer& out, const Parents& parents);

}  // namespace ranvier::formats::fiff
