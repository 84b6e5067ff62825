#include "ranvier/formats/edf/patient.hpp"

#include <algorithm>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/utf8.hpp"
#include "ranvier/formats/plain/date.hpp"

namespace ranvier::formats {

namespace {

constexpr std::size_t patient_bytes = 80;

/// One part of the field: ASCII without blanks, or X.
std::string part(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto [character, length] = first_character(text);
        out += character == ' ' ? '_' : character > ' ' && character <= '~' ? static_cast<char>(character) : '?';
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out.empty() ? "X" : out;
}

/// Whether a subject comes back from the field that was written of it; X is what is not known.
bool comes_back(const meeg::Subject& subject, const std::string& field) {
    const meeg::Subject back = *subject_of(field);
    const auto same = [](const std::string& a, const std::string& b) { return a == b || (a.empty() && b == "X"); };
    return same(subject.his_id, back.his_id) && same(subject.last_name, back.last_name) &&
           subject.first_name == back.first_name && subject.middle_name == back.middle_name &&
           subject.birthday == back.birthday && subject.sex.value_or(0) == back.sex && subject.hand == back.hand &&
           subject.weight == back.weight && subject.height == back.height;
}

std::string birthday_text(std::int32_t julian_day) {
    const std::string text = long_date_text(calendar_time((julian_day - std::int64_t{meeg::julian_day_1970}) * 86400));
    return text.size() == 11 && text[7] != '-' ? text : "X";  // of a year with four digits
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
    if (subject.hand) {
        field += " hand=" + text_of(*subject.hand);
    }
    if (subject.weight) {
        field += " weight=" + text_of(*subject.weight);
    }
    if (subject.height) {
        field += " height=" + text_of(*subject.height);
    }
    field.resize(std::min(field.size(), patient_bytes));
    if (!comes_back(subject, field)) {
        warn(
            "EDF has 80 ASCII letters for the patient, with '_' for blanks and between two or three names; of "
            "subject_info is written '" +
            field + "'");
    }
    return field;
}

}  // namespace ranvier::formats
