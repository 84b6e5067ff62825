#pragma once

#include <span>

#include "ranvier/base/bundled_text.hpp"

namespace ranvier::formats::regions {

/// Tables of atlases' regions that come with Ranvier: regions/*.tsv.
std::span<const BundledText> bundled_regions();

}  // namespace ranvier::formats::regions
