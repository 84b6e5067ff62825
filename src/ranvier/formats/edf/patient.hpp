#pragma once

#include <optional>
#include <string>

#include "ranvier/meeg/recording/subject.hpp"

namespace ranvier::formats {

/// What the patient field of EDF+ says: "code sex birthday name key=value …", blanks in a part being underscores; of
/// the keys hand, height and weight count. Of other fields the first word is the code. Nothing where the field is
/// empty.
std::optional<meeg::Subject> subject_of(const std::string& patient);

/// The patient field of a subject; X for what is not known. ASCII, at most 80 characters.
std::string patient_field(const meeg::Subject& subject);

}  // namespace ranvier::formats
