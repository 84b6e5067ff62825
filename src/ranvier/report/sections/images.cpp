#include <algorithm>
#include <array>
#include <span>

#include "ranvier/base/error.hpp"
#include "ranvier/report/page/base64.hpp"
#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void add_images(Page& page, const std::string& title, const std::vector<Image>& images) {
    static constexpr std::array types{"png", "gif", "jpeg", "webp", "svg+xml"};
    require(!images.empty(), "a section of pictures needs at least one");
    Json list = Json::array();
    for (const Image& image : images) {
        require(std::ranges::find(types, image.type) != types.end(),
                "pictures on a page are png, gif, jpeg, webp or svg+xml; got ", image.type);
        require(image.base64.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") ==
                    std::string::npos,
                "a picture's bytes must be base64");
        list.push_back({{"source", "data:image/" + image.type + ";base64," + image.base64},
                        {"caption", image.caption},
                        {"about", image.about}});
    }
    page.content().add_section("images", title, {{"images", list}});
}

void add_brain(Page& page, const std::string& title, const meeg::SourceSpaces& surfaces, const BrainValues& conditions,
               double limit, const std::string& unit, const std::string& caption, const std::string& about) {
    const std::string svg = brain_svg(surfaces, conditions, limit, unit);
    add_images(page, title, {{"svg+xml", base64(std::as_bytes(std::span(svg))), caption, about}});
}

}  // namespace ranvier::report
