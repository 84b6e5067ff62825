#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// Who was recorded, as far as it is known. Info carries it as FIFF's block about the subject.
struct Subject {
    std::string his_id, first_name, middle_name, last_name;
    std::optional<std::int32_t> birthday;  ///< as a Julian day
    std::optional<std::int32_t> sex;       ///< 0 unknown, 1 male, 2 female
    std::optional<std::int32_t> hand;      ///< 1 right, 2 left, 3 both
    std::optional<float> weight, height;   // [kg], [m]
};

inline constexpr std::int32_t julian_day_1970 = 2440588;  ///< of 1970-01-01

/// What an Info says of its subject; nothing where it carries no such block.
std::optional<Subject> subject_of(const Info& info);
/// Puts it in the place of what the Info said of its subject.
void set_subject(Info& info, const Subject& subject);

}  // namespace ranvier::meeg
