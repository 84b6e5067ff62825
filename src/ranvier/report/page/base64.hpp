#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace ranvier::report {

/// RFC 4648 base64, with padding, without line breaks.
std::string base64(std::span<const std::byte> bytes);

}  // namespace ranvier::report
