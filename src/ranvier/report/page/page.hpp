#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ranvier::report {

/// A self-contained page: data, parameters and the viewer in one HTML file that opens anywhere, without a network.
///
/// sections/sections.hpp puts things on it; they appear in the order of their adding. viewer/page.schema.json says what
/// a page holds, docs/viewer.md how it is laid out.
class Page {
public:
    explicit Page(std::string title);
    ~Page();
    Page(const Page&);
    Page(Page&&) noexcept;
    Page& operator=(Page&&) noexcept;

    /// Writes the page. @throws FileError  as check_page
    void write(const std::filesystem::path& path, bool overwrite = true) const;
    /// The page as text.
    std::string html() const;

    void set_title(const std::string& title);
    /// When it says that it was made. Without it: when it is written.
    void set_created(const std::string& time);
    /// "auto" (as the system), "light" or "dark", until the reader chooses.
    void set_theme(const std::string& theme);
    /// Where the page sends what readers mark, as they mark it: a http address of this machine, the only one that the
    /// page may ask for; it also offers to say when marking is done. Others just offer to save the marks in a file.
    /// @throws InvalidInput  the address is not http://127.0.0.1:…
    void send_marks(const std::string& address);

    std::size_t n_sections() const;
    std::string section_title(std::size_t which) const;
    /// Sections of one group stand under its name in the list of sections, and readers choose sections by their tags.
    void label(std::size_t which, const std::string& group, const std::vector<std::string>& tags);
    void remove(std::size_t which);
    /// Puts the sections in another order. @throws InvalidInput  not each number once
    void reorder(const std::vector<std::size_t>& order);
    /// Style rules and a script of the caller's own, which come after the page's.
    void add_style(const std::string& css);
    void add_script(const std::string& script);

    struct Content;  ///< page/content.hpp
    Content& content() { return *content_; }

private:
    std::unique_ptr<Content> content_;
};

/// Now, or the time that $SOURCE_DATE_EPOCH says, so that what is made twice can be the same: "2026-11-30T17:00:00Z".
/// @throws InvalidInput  $SOURCE_DATE_EPOCH is no such time
std::string time_of_making();

/// Throws what writing a page there would throw before its first byte.
/// @throws FileError  the name does not end in .html or .htm, or as check_goal
void check_page(const std::filesystem::path& path, bool overwrite);

}  // namespace ranvier::report
