#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace ranvier::report {

/// A self-contained page: data, parameters and the viewer in one HTML file that opens anywhere, without a network.
///
/// sections/sections.hpp puts things on it; they appear in the order of their adding. viewer/page.schema.json says what
/// a page holds, docs/viewer.md how it is laid out.
class Page {
public:
    explicit Page(std::string title);
    ~Page();
    Page(Page&&) noexcept;
    Page& operator=(Page&&) noexcept;

    /// Writes the page. @throws FileError  as check_page
    void write(const std::filesystem::path& path, bool overwrite = true) const;

    struct Content;  ///< page/content.hpp
    Content& content() { return *content_; }

private:
    std::unique_ptr<Content> content_;
};

/// Throws what writing a page there would throw before its first byte.
/// @throws FileError  the name does not end in .html or .htm, or as check_goal
void check_page(const std::filesystem::path& path, bool overwrite);

}  // namespace ranvier::report
