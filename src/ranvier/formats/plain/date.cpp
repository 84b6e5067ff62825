#include "ranvier/formats/plain/date.hpp"

#include <charconv>
#include <chrono>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

namespace {

constexpr std::string_view month_names = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

}  // namespace

std::optional<std::int64_t> utc_seconds(int year, int month, int day, int hour, int minute, int second) {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (month < 1 || day < 1 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59) {
        return {};
    }
    return sys_days(date).time_since_epoch().count() * std::int64_t{86400} + hour * 3600 + minute * 60 + second;
}

CalendarTime calendar_time(std::int64_t seconds) {
    using namespace std::chrono;
    const sys_seconds at{std::chrono::seconds(seconds)};
    const auto days = floor<std::chrono::days>(at);
    const year_month_day date{days};
    const hh_mm_ss clock{at - days};
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count())};
}

std::string digits(int value, std::size_t n) {
    const std::string text = text_of(value);
    return std::string(n - std::min(n, text.size()), '0') + text;
}

std::optional<std::array<int, 3>> long_date(std::string_view text) {
    const std::size_t first = text.find('-');
    if (first == std::string_view::npos || text.size() != first + 9 || text[first + 4] != '-') {
        return {};
    }
    const std::size_t month = month_names.find(upper_case(text.substr(first + 1, 3)));
    std::array<int, 3> out{0, static_cast<int>(month / 3) + 1, 0};
    const auto day = std::from_chars(text.data(), text.data() + first, out[0]);
    const auto year = std::from_chars(text.data() + first + 5, text.data() + text.size(), out[2]);
    if (month == std::string_view::npos || month % 3 != 0 || day.ec != std::errc{} || year.ec != std::errc{} ||
        day.ptr != text.data() + first || year.ptr != text.data() + text.size()) {
        return {};
    }
    return out;
}

std::string long_date_text(const CalendarTime& date) {
    return digits(date.day, 2) + "-" +
           std::string(month_names.substr(3 * static_cast<std::size_t>(date.month - 1), 3)) + "-" + text_of(date.year);
}

}  // namespace ranvier::formats
