#pragma once

#include <cstdint>
#include <optional>

namespace ranvier::formats {

/// Seconds since 1970-01-01 UTC of a calendar date and time; nothing where there is no such time.
std::optional<std::int64_t> utc_seconds(int year, int month, int day, int hour, int minute, int second);

}  // namespace ranvier::formats
