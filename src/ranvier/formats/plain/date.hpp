#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ranvier::formats {

/// Seconds since 1970-01-01 UTC of a calendar date and time; nothing where there is no such time.
std::optional<std::int64_t> utc_seconds(int year, int month, int day, int hour, int minute, int second);

struct CalendarTime {
    int year, month, day, hour, minute, second;
};
/// The inverse: the date and time of seconds since 1970-01-01 UTC.
CalendarTime calendar_time(std::int64_t seconds);

/// "12-AUG-2009": day, month, year; none where it is no such text.
std::optional<std::array<int, 3>> long_date(std::string_view text);
std::string long_date_text(const CalendarTime& date);

/// A number >= 0 with zeros before it, at least `n` digits.
std::string digits(int value, std::size_t n);

}  // namespace ranvier::formats
