#include <gtest/gtest.h>

#include <algorithm>

#include "ranvier/base/file.hpp"
#include "tests/language/texts.hpp"
#include "tests/places.hpp"

namespace ranvier::language {

TEST(Documentation, shows_models_without_mistakes) {
    const std::string page = file_text(ranvier::tests::source_folder().string() + "/docs/model-language.md");
    const std::string fence = "```model\n";
    int count = 0;
    for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
        const std::size_t begin = at + fence.size();
        const std::string words = page.substr(begin, page.find("\n```", begin) - begin);
        const auto line = std::count(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
        EXPECT_EQ(rendered(checked_file(words, "sample.model").diagnostics, {{"sample.model", words}}), "")
            << "docs/model-language.md:" << line;
        ++count;
    }
    EXPECT_EQ(count, 8);  // seven samples, of which one has two parts
}

}  // namespace ranvier::language
