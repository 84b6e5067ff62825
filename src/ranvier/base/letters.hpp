#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Texts made, cut and compared.
namespace ranvier {

/// "'a', 'b', 'c'"
std::string quoted(const std::vector<std::string>& words);

/// "(2, 3)"
std::string shape_text(std::span<const std::ptrdiff_t> extents);

/// What stands between the places of `at`; one part more than there are of those.
std::vector<std::string_view> split(std::string_view text, char at);

/// Letters of ASCII made small, or large.
std::string lower_case(std::string_view text);
std::string upper_case(std::string_view text);

}  // namespace ranvier
