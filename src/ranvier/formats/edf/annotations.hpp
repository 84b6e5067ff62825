#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ranvier/base/file.hpp"
#include "ranvier/formats/edf/header.hpp"

namespace ranvier::formats {

/// A time-stamped annotation list of EDF+: `+onset[␕duration]␔text␔text␔␀`.
struct EdfTal {
    double onset = 0;                // [s] from the start date and time of the header
    double duration = 0;             // [s]
    std::vector<std::string> texts;  ///< UTF-8; one empty text in the list that tells when a record begins
    index record = 0;                ///< the data record in which the list begins
};

/// All annotation lists of one annotation signal, in file order. A list may go on in the next record, as some programs
/// write it. Bytes that belong to no list are passed over and told.
/// @param encoding  "utf8" or "latin1"
/// @throws FileError  a text is not in this encoding
std::vector<EdfTal> edf_tals(const MappedFile& file, const EdfHeader& header, const EdfSignal& signal,
                             const std::string& encoding);

/// The bytes of a list, with the closing NUL.
std::string tal_bytes(const EdfTal& tal, bool with_duration);

}  // namespace ranvier::formats
