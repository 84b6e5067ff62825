#pragma once

#include <string_view>

namespace ranvier::report {

/// The viewer as it was built with this library: one script and one style sheet.
std::string_view viewer_script();
std::string_view viewer_style();

}  // namespace ranvier::report
