#include "ranvier/formats/edf/header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/utf8.hpp"
#include "ranvier/formats/plain/date.hpp"

namespace ranvier::formats {

std::optional<double> volts_in(const std::string& unit) {
    // µ is one of two signs in UTF-8 (the header's Latin-1 included), or Shift-JIS's, or a letter or word for it
    const std::string small = lower_case(unit);
    for (const std::string_view micro : {"u", "\xC2\xB5", "\xCE\xBC", "\xC2\x83\xC3\x8A", "micro", "micro "}) {
        for (const std::string_view volt : {"v", "volt", "volts"}) {
            if (small == std::string(micro) + std::string(volt)) {
                return 1e-6;
            }
        }
    }
    return small == "mv"   ? std::optional(1e-3)
           : small == "nv" ? std::optional(1e-9)
           : small == "v"  ? std::optional(1.0)
                           : std::nullopt;
}

namespace {

/// Text of a header, read field by field with the offset of each at hand for messages.
class Fields {
public:
    Fields(const MappedFile& file, std::int64_t position) : file_(file), position_(position) {}

    std::int64_t position() const { return position_; }

    /// The next field, up to a NUL that some programs end it with.
    std::string_view text(std::int64_t length) {
        begin_ = position_;
        position_ += length;
        const std::string_view field(reinterpret_cast<const char*>(file_.bytes().data()) + begin_,
                                     static_cast<std::size_t>(length));
        return trimmed(field.substr(0, field.find('\0')));
    }
    template <class Number>
    Number number(std::int64_t length, const std::string& name) {
        std::string field(text(length));
        std::ranges::replace(field, ',', '.');  // written where the decimal point is a comma
        const auto value = number_in<Number>(std::string_view(field).substr(field.starts_with('+') ? 1 : 0));
        if (!value || !std::isfinite(static_cast<double>(*value))) {
            fail(name + (std::is_integral_v<Number> ? " must be a whole number" : " must be a number") + "; got '" +
                 printable(field) + "'");
        }
        return *value;
    }
    /// @throws FileError at the field read last
    [[noreturn]] void fail(const std::string& what) const { throw FileError(file_.path(), begin_, what); }

private:
    static std::string printable(std::string_view text) {
        std::string out;
        for (const char c : text) {
            out += c >= ' ' && c <= '~' ? c : '?';
        }
        return out;
    }

    const MappedFile& file_;
    std::int64_t position_;
    std::int64_t begin_ = 0;
};

/// "dd.mm.yy" or "hh.mm.ss"; other separators that are met in the wild pass too.
std::optional<std::array<int, 3>> three_numbers(std::string_view text) {
    std::array<int, 3> out{};
    const char* at = text.data();
    const char* last = at + text.size();
    for (std::size_t k = 0; k < 3; ++k) {
        while (at != last && *at == ' ') {
            ++at;
        }
        const auto [end, error] = std::from_chars(at, last, out[k]);
        if (error != std::errc{} || out[k] < 0) {
            return {};
        }
        at = end;
        if (k < 2) {
            if (at == last || std::string_view(".:'-/ ").find(*at) == std::string_view::npos) {
                return {};
            }
            ++at;
        }
    }
    return at == last ? std::optional(out) : std::nullopt;
}

/// EDF+ repeats the date in the recording field with all four digits of the year, which therefore goes first.
std::optional<meeg::MeasurementDate> date(const std::string& recording, std::string_view short_date,
                                          std::string_view time) {
    std::optional<std::array<int, 3>> day = three_numbers(short_date), longer;
    if (day && (*day)[2] < 100) {
        (*day)[2] += (*day)[2] < 85 ? 2000 : 1900;  // the rule of EDF: 85 … 84 are 1985 … 2084
    }
    const auto parts = split(recording, ' ');
    if (parts.size() >= 2 && (parts[0] == "Startdate" || parts.size() == 5)) {
        longer = long_date(parts[1]);
    }
    const auto clock = three_numbers(time).value_or(std::array<int, 3>{0, 0, 0});
    for (const auto& d : {longer, day}) {  // one that the calendar has not leaves it to the other
        if (!d) {
            continue;
        }
        auto seconds = utc_seconds((*d)[2], (*d)[1], (*d)[0], clock[0], clock[1], clock[2]);
        if (!seconds) {
            seconds = utc_seconds((*d)[2], (*d)[1], (*d)[0], 0, 0, 0);
        }
        if (seconds) {
            return meeg::MeasurementDate{*seconds, 0};
        }
    }
    return {};
}

/// Scale of each signal; a range that gives none counts as 1 and is told.
void calibrate(const MappedFile& file, EdfHeader& header, const std::vector<std::array<double, 4>>& ranges) {
    std::vector<std::string> no_digital, no_physical;
    for (std::size_t s = 0; s < header.signals.size(); ++s) {
        EdfSignal& signal = header.signals[s];
        if (signal.annotations) {
            continue;
        }
        const auto [physical_min, physical_max, digital_min, digital_max] = ranges[s];
        double physical = physical_max - physical_min;
        double digital = digital_max - digital_min;
        if (digital == 0) {
            no_digital.push_back(signal.label);
            digital = 1;
        }
        if (physical == 0) {
            no_physical.push_back(signal.label);
            physical = 1;
        }
        signal.cal = physical / digital;
        signal.offset = physical_min - digital_min * signal.cal;
        signal.largest = std::max(std::abs(physical_min), std::abs(physical_max));
        if (!std::isfinite(signal.cal) || !std::isfinite(signal.offset)) {
            const auto n = static_cast<std::int64_t>(header.signals.size());
            throw FileError(file.path(), 256 + n * 104 + static_cast<std::int64_t>(s) * 8,
                            "the physical and digital range of signal '" + signal.label + "' give no finite scale");
        }
    }
    for (const auto& [which, labels] : {std::pair("digital", &no_digital), std::pair("physical", &no_physical)}) {
        if (!labels->empty()) {
            warn(file.path().string() + ": " + which + " minimum and maximum are equal, the range counts as 1, in " +
                 joined(*labels));
        }
    }
}

/// Compares the number of records with what the file can hold.
void count_records(const MappedFile& file, EdfHeader& header, std::int64_t claimed) {
    const auto size = static_cast<std::int64_t>(file.bytes().size());
    const std::int64_t room = size - header.header_bytes;
    const std::int64_t whole = room / header.record_bytes;
    const std::string name = file.path().string();
    if (claimed < 0) {
        warn(name + ": the number of records is " + text_of(claimed) +
             " (the recording was not closed); the size of the file gives " + text_of(whole));
    } else if (claimed > whole) {
        warn(name + ": the file ends early: its header promises " + text_of(claimed) + " records of " +
             text_of(header.record_bytes) + " bytes, but " + text_of(room) + " bytes follow the header; the " +
             text_of(whole) + " whole records are read");
    } else if (claimed < whole) {
        warn(name + ": the header promises " + text_of(claimed) + " records, the file has " + text_of(whole) +
             "; all of them are read");
    }
    if (whole == 0) {
        throw FileError(file.path(), size, "the file holds no data record");
    }
    header.n_records = whole;
}

}  // namespace

EdfHeader edf_header(const MappedFile& file, bool bdf) {
    const auto size = static_cast<std::int64_t>(file.bytes().size());
    const std::string format = bdf ? "BDF" : "EDF";
    if (size < 256) {
        throw FileError(file.path(), size, "not " + format + ": the header has 256 bytes, the file " + text_of(size));
    }
    const bool is_bdf = file.bytes()[0] == std::byte{0xFF};
    if (is_bdf && !bdf) {
        throw FileError(file.path(), 0, "begins as a BDF file (24 bit): read it as BDF");
    }
    if (!is_bdf && (bdf || file.bytes()[0] != std::byte{'0'})) {
        throw FileError(file.path(), 0,
                        bdf ? "not BDF: its first byte is not 255" : "not EDF: its first byte is not '0'");
    }

    EdfHeader header;
    header.bdf = bdf;
    Fields fields(file, 8);
    header.patient = utf8_of(fields.text(80));
    header.recording = utf8_of(fields.text(80));
    const std::string day(fields.text(8));
    header.date = date(header.recording, day, fields.text(8));
    if (!header.date) {
        warn(file.path().string() + ": the date of the measurement can't be read; it is left out");
    }
    header.header_bytes = fields.number<std::int64_t>(8, "the size of the header");
    header.reserved = utf8_of(fields.text(44));
    const std::int64_t n_records = fields.number<std::int64_t>(8, "the number of data records");
    header.record_duration = fields.number<double>(8, "the duration of a data record");
    if (header.record_duration < 0) {
        fields.fail("the duration of a data record must be >= 0 s; got " + text_of(header.record_duration) + " s");
    }
    const std::int64_t n = fields.number<std::int64_t>(4, "the number of signals");
    if (n < 1) {
        fields.fail("the number of signals must be >= 1; got " + text_of(n));
    }
    if (header.header_bytes != 256 * (n + 1)) {
        fields.fail("the header of " + text_of(n) + " signals has " + text_of(256 * (n + 1)) + " bytes, but it says " +
                    text_of(header.header_bytes));
    }
    if (header.header_bytes > size) {
        throw FileError(file.path(), size,
                        "the file ends early: the header has " + text_of(header.header_bytes) + " bytes, the file " +
                            text_of(size));
    }

    header.signals.resize(static_cast<std::size_t>(n));
    std::vector<std::array<double, 4>> ranges(header.signals.size());
    const auto each = [&](const auto& body) {
        for (std::size_t s = 0; s < header.signals.size(); ++s) {
            body(header.signals[s], s);
        }
    };
    each([&](EdfSignal& signal, std::size_t) {
        signal.label = utf8_of(fields.text(16));
        signal.annotations = signal.label == "EDF Annotations" || signal.label == "BDF Annotations";
    });
    each([&](EdfSignal&, std::size_t) { fields.text(80); });  // transducer
    each([&](EdfSignal& signal, std::size_t) {
        signal.unit = utf8_of(fields.text(8));
        signal.unit_scale = volts_in(signal.unit).value_or(1);
    });
    for (std::size_t which = 0; which < 4; ++which) {
        constexpr std::array<const char*, 4> name{"the physical minimum", "the physical maximum", "the digital minimum",
                                                  "the digital maximum"};
        each([&](EdfSignal& signal, std::size_t s) {
            // what an annotation signal says here has no meaning
            if (signal.annotations) {
                fields.text(8);
            } else {
                ranges[s][which] = fields.number<double>(8, name[which] + (" of signal '" + signal.label + "'"));
            }
        });
    }
    each([&](EdfSignal& signal, std::size_t) { signal.prefilter = utf8_of(fields.text(80)); });
    index samples = 0;
    bool only_annotations = true;
    each([&](EdfSignal& signal, std::size_t) {
        signal.samples = fields.number<std::int64_t>(8, "the number of samples of signal '" + signal.label + "'");
        if (signal.samples < 1) {
            fields.fail("signal '" + signal.label + "' must have >= 1 sample in a record; got " +
                        text_of(signal.samples));
        }
        signal.first = samples;
        samples += signal.samples;  // at most 9999 signals of eight digits: no overflow
        only_annotations = only_annotations && signal.annotations;
    });
    header.record_bytes = samples * header.sample_bytes();
    if (header.record_duration == 0) {
        if (!only_annotations) {
            warn(file.path().string() + ": the duration of a data record is 0 s, and counts as 1 s");
        }
        header.record_duration = 1;
    }
    calibrate(file, header, ranges);
    count_records(file, header, n_records);
    return header;
}

}  // namespace ranvier::formats
