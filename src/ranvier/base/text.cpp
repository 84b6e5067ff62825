#include "ranvier/base/text.hpp"

#include <clocale>
#include <cstdio>

namespace ranvier {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string all;
    for (std::size_t k = 0; k < words.size(); ++k) {
        all += (k == 0 ? "" : std::string(between)) + words[k];
    }
    return all;
}

std::string formatted(const char* format, double value) {
    // A program whose desktop speaks German would write "0,1": its C locale is set aside for this thread.
    static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
    const locale_t before = uselocale(plain);
    char text[400];  // %f of the largest number has 309 digits
    std::snprintf(text, sizeof text, format, value);
    uselocale(before);
    return text;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\v\f";
    const std::size_t begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace ranvier
