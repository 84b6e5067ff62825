#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/file.hpp"
#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::formats {

/// One signal as its header describes it. value = (digital · cal + offset) · unit_scale, in SI units.
struct EdfSignal {
    std::string label;      ///< UTF-8, without blanks at its ends
    std::string unit;       ///< as in the file, UTF-8; may be empty
    double largest = 0;     ///< magnitude of the physical range's larger end
    std::string prefilter;  ///< "HP:0.1Hz LP:75Hz N:50Hz"
    double cal = 1;         ///< physical units per digital step
    double offset = 0;      ///< in physical units
    double unit_scale = 1;  ///< SI units per physical unit; 1 where the unit is none that is known
    index samples = 0;      ///< per data record
    index first = 0;        ///< samples of the record that stand before this signal's
    bool annotations = false;
};

/// A checked header: `n_records` whole records of `record_bytes` bytes lie in the file.
struct EdfHeader {
    bool bdf = false;  ///< 24 instead of 16 bit
    std::string patient, recording, reserved;
    std::optional<meeg::MeasurementDate> date;
    std::int64_t header_bytes = 0;
    index n_records = 0;
    double record_duration = 1;  // [s]
    std::vector<EdfSignal> signals;
    std::int64_t record_bytes = 0;

    int sample_bytes() const { return bdf ? 3 : 2; }
    std::int64_t signal_bytes(const EdfSignal& s) const { return s.samples * sample_bytes(); }
    /// Where in the file record `r` of a signal begins.
    std::int64_t position(const EdfSignal& s, index r) const {
        return header_bytes + r * record_bytes + s.first * sample_bytes();
    }
    bool discontinuous() const { return reserved.size() > 4 && reserved[4] == 'D'; }
};

/// Reads and checks the header; says through `warn` what it had to assume.
/// @throws FileError  with the offset of the field that can't be right
EdfHeader edf_header(const MappedFile& file, bool bdf);

/// How many volts a unit of the header is, however it is written ("uV", "UV", "µV", "microV"); none where it is no
/// voltage.
std::optional<double> volts_in(const std::string& unit);

}  // namespace ranvier::formats
