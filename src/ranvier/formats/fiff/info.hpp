#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "ranvier/formats/fiff/tags.hpp"
#include "ranvier/formats/fiff/writer.hpp"
#include "ranvier/meeg/recording/info.hpp"

/// Measurement info between FIFF and meeg::Info.
namespace ranvier::formats::fiff {

/// FIFF's channel records have room for 15 bytes; longer names stand in blocks of their own, and lists (bads,
/// projections) use the short ones. From the name as found to the name wanted; names that stay are not in it.
using NameMap = std::map<std::string, std::string>;
std::string renamed(const NameMap& map, const std::string& name);
std::vector<std::string> renamed(const NameMap& map, std::vector<std::string> names);

/// The channels of a block (measurement info, or an average with channels of its own), short → long names in `longer`.
StableVector<meeg::Channel> channels_of(const File& file, const Node& node, NameMap& longer);
/// Long → short names, unique and of at most 15 bytes.
NameMap short_names(const StableVector<meeg::Channel>& channels);
/// @param reset_range  write 1 as range, which goes with data that has been multiplied by it
void write_channels(Writer& out, const StableVector<meeg::Channel>& channels, const NameMap& shorter, bool reset_range);

/// Brings a compensation from a file's coefficients, which are of stored numbers, to those of samples, or `back`. A
/// channel that is not there counts as stored in SI units.
void scale_compensation(meeg::Compensation& compensation, const StableVector<meeg::Channel>& channels, bool reset_range,
                        bool back);

StableVector<meeg::Projection> projections_of(const File& file, const Node& node, const NameMap& longer = {});
void write_projections(Writer& out, const StableVector<meeg::Projection>& projections, const NameMap& shorter = {});
std::vector<std::string> bads_of(const File& file, const Node& node, const NameMap& longer = {});
void write_bads(Writer& out, const std::vector<std::string>& bads, const NameMap& shorter = {});

/// The digitised points of a block.
StableVector<meeg::DigPoint> dig_of(const File& file, const Node& node);
/// Nothing where there are none. @throws InvalidInput  points in several frames
void write_dig(Writer& out, const StableVector<meeg::DigPoint>& points);

/// The file's only measurement block. @throws FileError  none, or several
const Node& measurement_of(const File& file);
meeg::Info info_of(const File& file);

/// Writes the measurement-info block and the processing history.
/// @param data_pack  the type:: of the data that will follow, 0 for none
void write_info(Writer& out, const meeg::Info& info, int data_pack, bool reset_range);
/// The id that the recording has had since it was measured; empty where there is none.
std::vector<std::byte> measurement_id(const meeg::Info& info);
/// Opens the measurement block with its ids, as every file of recorded data has it.
void start_measurement(Writer& out, const meeg::Info& info);

void write_block(Writer& out, const meeg::PreservedBlock& block);

/// Runs a reader, and turns what the file's contents made other modules refuse into an error of the file.
template <class Read>
auto reading(const std::filesystem::path& path, Read&& read) {
    try {
        return read();
    } catch (const InvalidInput& error) {
        throw FileError(path, FileError::no_offset, error.what());
    }
}

}  // namespace ranvier::formats::fiff
