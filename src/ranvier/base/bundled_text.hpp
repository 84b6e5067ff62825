#pragma once

#include <string_view>

namespace ranvier {

/// A text file as it was when the library was built, of which cmake/EmbedTexts.cmake made it a part.
struct BundledText {
    std::string_view name, text;
};

}  // namespace ranvier
