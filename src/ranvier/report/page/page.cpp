#include "ranvier/report/page/page.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <ctime>
#include <functional>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
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

std::string now_iso8601() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

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

}  // namespace

Page::Page(std::string title) : content_(std::make_unique<Content>()) { content_->title = std::move(title); }
Page::~Page() = default;
Page::Page(Page&&) noexcept = default;
Page& Page::operator=(Page&&) noexcept = default;

void check_page(const std::filesystem::path& path, bool overwrite) {
    const std::string extension = lower_case(path.extension().string());
    if (extension != ".html" && extension != ".htm") {
        throw FileError(path, FileError::no_offset, "must end in .html, because a page is what is written there");
    }
    check_goal(path, overwrite);
}

void Page::write(const std::filesystem::path& path, bool overwrite) const {
    check_page(path, overwrite);
    const Json data = {{"format", "ranvier-report/1"},
                       {"title", content_->title},
                       {"created", now_iso8601()},
                       {"version", version()},
                       {"sections", content_->sections}};
    OutputFile file(path, overwrite);
    file.write(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        // The page asks the network for nothing, whatever is in its data.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data:\">\n<title>");
    file.write(escaped(content_->title, {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}}));
    file.write("</title>\n<style>");
    file.write(viewer_style());
    file.write(
        "</style>\n</head>\n<body>\n<div id=\"ranvier-report\"></div>\n"
        "<noscript>This report needs JavaScript to draw its pictures.</noscript>\n"
        "<script id=\"ranvier-data\" type=\"application/json\">");
    // "<" must not appear in a script element: "</script>" in a channel's name would end it.
    file.write(escaped(data.dump(-1, ' ', false, Json::error_handler_t::replace), {{'<', "\\u003c"}}));
    file.write("</script>\n");
    for (std::size_t k = 0; k < content_->blocks.size(); ++k) {
        file.write("<script class=\"ranvier-block\" id=\"ranvier-block-" + text_of(k) +
                   "\" type=\"application/octet-stream\">");
        file.write(content_->blocks[k]);
        file.write("</script>\n");
    }
    file.write("<script>");
    file.write(viewer_script());
    file.write("</script>\n</body>\n</html>\n");
    file.commit();
}

}  // namespace ranvier::report
