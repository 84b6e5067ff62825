#include "ranvier/base/letters.hpp"

#include <algorithm>
#include <cctype>

#include "ranvier/base/number_text.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier {

std::string quoted(const std::vector<std::string>& words) { return "'" + joined(words, "', '") + "'"; }

std::string shape_text(std::span<const std::ptrdiff_t> extents) {
    std::vector<std::string> numbers;
    for (const std::ptrdiff_t n : extents) {
        numbers.push_back(text_of(n));
    }
    return "(" + joined(numbers) + ")";
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size(); begin += parts.back().size() + 1) {
        parts.push_back(text.substr(begin, text.find(at, begin) - begin));
    }
    return parts;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

std::string upper_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::toupper(c); });
    return out;
}

}  // namespace ranvier
