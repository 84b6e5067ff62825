#pragma once

#include <span>
#include <string_view>

namespace ranvier::language {

/// A model of the folder models/, as it was when the library was built.
struct BundledModel {
    std::string_view name, text;
};
std::span<const BundledModel> bundled_models();

}  // namespace ranvier::language
