#include "ranvier/report/page/page.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <regex>
#include <set>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/version.hpp"
#include "ranvier/report/page/base64.hpp"
#include "ranvier/report/page/bundle.hpp"
#include "ranvier/report/page/content.hpp"

namespace ranvier::report {

static_assert(std::endian::native == std::endian::little, "blocks of a page are little-endian");

void Page::Content::add_section(const char* kind, const std::string& section_title, const Json& fields) {
    Json section{{"kind", kind}, {"title", section_title}};
    section.update(fields);
    sections.push_back(std::move(section));
}

Json Page::Content::block(std::span<const std::byte> bytes, const char* dtype, std::span<const index> shape) {
    std::string text = base64(bytes);
    auto& alike = known_[std::hash<std::string>{}(text)];
    const auto found = std::find_if(alike.begin(), alike.end(), [&](std::size_t k) { return blocks[k] == text; });
    const std::size_t number = found == alike.end() ? blocks.size() : *found;
    if (found == alike.end()) {
        alike.push_back(number);
        blocks.push_back(std::move(text));
    }
    return {{"block", number}, {"dtype", dtype}, {"shape", std::vector<index>(shape.begin(), shape.end())}};
}

namespace {

/// The text with something else in the place of some characters.
std::string escaped(const std::string& text, const std::vector<std::pair<char, std::string_view>>& by) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto found = std::ranges::find(by, c, [](const auto& pair) { return pair.first; });
        out += found == by.end() ? std::string_view(&c, 1) : found->second;
    }
    return out;
}

/// The blocks that sections refer to.
void note_blocks(const Json& json, std::set<std::size_t>& used) {
    if (json.is_object() && json.contains("block") && json.contains("dtype")) {
        used.insert(json["block"].get<std::size_t>());
    } else if (json.is_structured()) {
        for (const Json& part : json) {
            note_blocks(part, used);
        }
    }
}

/// Hands the text of a page on, piece by piece.
template <class Put>
void put_page(const Page::Content& content, Put&& put) {
    Json data = {{"format", "ranvier-report/1"},
                 {"title", content.title},
                 {"created", content.created.empty() ? time_of_making() : content.created},
                 {"version", version()},
                 {"sections", content.sections}};
    if (content.theme != "auto") {
        data["theme"] = content.theme;
    }
    if (!content.marks_address.empty()) {
        data["marks"] = {{"address", content.marks_address}};
    }
    put("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        // The page asks the network for nothing, whatever is in its data; but that it may tell Python what is marked.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'");
    if (!content.marks_address.empty()) {
        put("; connect-src " + content.marks_address + "/");
    }
    put("\">\n<title>");
    put(escaped(content.title, {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}}));
    put("</title>\n<style>");
    put(viewer_style());
    put("</style>\n");
    if (!content.style.empty()) {
        put("<style>");
        put(content.style);
        put("</style>\n");
    }
    put("</head>\n<body>\n<div id=\"ranvier-report\"></div>\n"
        "<noscript>This report needs JavaScript to draw its pictures.</noscript>\n"
        "<script id=\"ranvier-data\" type=\"application/json\">");
    // "<" must not appear in a script element: "</script>" in a channel's name would end it.
    put(escaped(data.dump(-1, ' ', false, Json::error_handler_t::replace), {{'<', "\\u003c"}}));
    put("</script>\n");
    std::set<std::size_t> used;
    note_blocks(content.sections, used);
    for (const std::size_t k : used) {
        put("<script class=\"ranvier-block\" id=\"ranvier-block-" + text_of(k) +
            "\" type=\"application/octet-stream\">");
        put(content.blocks[k]);
        put("</script>\n");
    }
    put("<script>");
    put(viewer_script());
    put("</script>\n");
    if (!content.script.empty()) {
        put("<script>");
        put(content.script);
        put("</script>\n");
    }
    put("</body>\n</html>\n");
}

/// Text that goes into an element as it stands must not end it.
void check_inside(const std::string& text, const std::string& element) {
    require(lower_case(text).find("</" + element) == std::string::npos, "what goes into a ", element,
            " element of a page must not hold \"</", element, "\"");
}

}  // namespace

std::string time_of_making() {
    std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    if (const char* const said = std::getenv("SOURCE_DATE_EPOCH")) {
        constexpr long long end = 253402300800;  // 10000-01-01
        const auto seconds = number_in<long long>(said);
        require(seconds && *seconds >= 0 && *seconds < end,
                "$SOURCE_DATE_EPOCH must be a whole number of seconds since 1970, below ", end, "; got \"", said, "\"");
        now = static_cast<std::time_t>(*seconds);
    }
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

Page::Page(std::string title) : content_(std::make_unique<Content>()) { content_->title = std::move(title); }
Page::~Page() = default;
Page::Page(const Page& other) : content_(std::make_unique<Content>(*other.content_)) {}
Page::Page(Page&&) noexcept = default;
Page& Page::operator=(Page&&) noexcept = default;

void Page::set_title(const std::string& title) { content_->title = title; }
void Page::set_created(const std::string& time) { content_->created = time; }

void Page::set_theme(const std::string& theme) {
    require(theme == "auto" || theme == "light" || theme == "dark",
            "a page's theme must be \"auto\", \"light\" or \"dark\"; got \"", theme, "\"");
    content_->theme = theme;
}

void Page::send_marks(const std::string& address) {
    require(std::regex_match(address, std::regex(R"(http://127\.0\.0\.1:\d+/[A-Za-z0-9_-]+)")),
            "marks are sent to this machine alone, http://127.0.0.1:port/…; got ", address);
    content_->marks_address = address;
}

std::size_t Page::n_sections() const { return content_->sections.size(); }

std::string Page::section_title(std::size_t which) const { return content_->sections.at(which)["title"]; }

void Page::label(std::size_t which, const std::string& group, const std::vector<std::string>& tags) {
    Json& section = content_->sections.at(which);
    section["group"] = group;
    section["tags"] = tags;
}

void Page::remove(std::size_t which) {
    require(which < n_sections(), "the page has ", n_sections(), " sections; there is no number ", which);
    content_->sections.erase(which);
}

void Page::reorder(const std::vector<std::size_t>& order) {
    std::vector<std::size_t> sorted = order;
    std::ranges::sort(sorted);
    bool each = sorted.size() == n_sections();
    for (std::size_t k = 0; each && k < sorted.size(); ++k) {
        each = sorted[k] == k;
    }
    require(each, "order must hold each of the ", n_sections(), " sections' numbers once");
    Json sections = Json::array();
    for (const std::size_t k : order) {
        sections.push_back(std::move(content_->sections[k]));
    }
    content_->sections = std::move(sections);
}

void Page::add_style(const std::string& css) {
    check_inside(css, "style");
    content_->style += css + "\n";
}

void Page::add_script(const std::string& script) {
    check_inside(script, "script");
    content_->script += script + "\n";
}

void check_page(const std::filesystem::path& path, bool overwrite) {
    const std::string extension = lower_case(path.extension().string());
    if (extension != ".html" && extension != ".htm") {
        throw FileError(path, FileError::no_offset, "must end in .html, because a page is what is written there");
    }
    check_goal(path, overwrite);
}

void Page::write(const std::filesystem::path& path, bool overwrite) const {
    check_page(path, overwrite);
    OutputFile file(path, overwrite);
    put_page(*content_, [&](std::string_view text) { file.write(text); });
    file.commit();
}

std::string Page::html() const {
    std::string text;
    put_page(*content_, [&](std::string_view part) { text += part; });
    return text;
}

}  // namespace ranvier::report
