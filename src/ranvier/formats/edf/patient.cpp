#include "ranvier/formats/edf/patient.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/edf/header.hpp"
#include "ranvier/formats/plain/date.hpp"

namespace ranvier::formats {

namespace {

/// One part of the field: ASCII without blanks, or X.
std::string part(std::string text) {
    for (char& c : text) {
        c = c == ' ' ? '_' : c > ' ' && c <= '~' ? c : '?';
    }
    return text.empty() ? "X" : text;
}

std::string birthday_text(std::int32_t julian_day) {
    using namespace std::chrono;
    const year_month_day date{sys_days(days(julian_day - meeg::julian_day_1970))};
    const int year = static_cast<int>(date.year());
    if (year < 1000 || year > 9999) {
        return "X";
    }
    constexpr std::array<const char*, 12> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                 "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
    const auto day = static_cast<unsigned>(date.day());
    return std::string(day < 10 ? "0" : "") + text_of(day) + "-" + months[static_cast<unsigned>(date.month()) - 1] +
           "-" + text_of(year);
}

}  // namespace

std::optional<meeg::Subject> subject_of(const std::string& patient) {
    const std::vector<std::string_view> parts = split(patient, ' ');
    if (parts[0].empty()) {
        return {};
    }
    meeg::Subject subject;
    subject.his_id = parts[0];
    if (parts.size() < 4) {
        return subject;
    }
    subject.sex = parts[1] == "M" ? 1 : parts[1] == "F" ? 2 : 0;
    const std::vector<std::string_view> names = split(parts[3], '_');
    const bool several = names.size() == 2 || names.size() == 3;
    subject.first_name = several ? names.front() : "";
    subject.middle_name = names.size() == 3 ? names[1] : "";
    subject.last_name = several ? names.back() : parts[3];
    if (const auto date = long_date(parts[2])) {
        if (const auto seconds = utc_seconds((*date)[2], (*date)[1], (*date)[0], 0, 0, 0)) {
            subject.birthday = static_cast<std::int32_t>(*seconds / 86400) + meeg::julian_day_1970;
        }
    }
    for (std::size_t k = 4; k < parts.size(); ++k) {
        const std::size_t at = parts[k].find('=');
        const std::string_view key = parts[k].substr(0, at),
                               value = at < parts[k].size() ? parts[k].substr(at + 1) : "";
        if (key == "hand") {
            subject.hand = number_in<std::int32_t>(value);
        } else if (key == "weight" || key == "height") {
            (key == "weight" ? subject.weight : subject.height) = number_in<float>(value);
        }
    }
    return subject;
}

std::string patient_field(const meeg::Subject& subject) {
    std::string name;
    for (const std::string& one : {subject.first_name, subject.middle_name, subject.last_name}) {
        name += (name.empty() || one.empty() ? "" : "_") + one;
    }
    const char* sex = subject.sex == 1 ? " M " : subject.sex == 2 ? " F " : " X ";
    std::string field =
        part(subject.his_id) + sex + (subject.birthday ? birthday_text(*subject.birthday) : "X") + " " + part(name);
    field.resize(std::min<std::size_t>(field.size(), 80));
    return field;
}

}  // namespace ranvier::formats
