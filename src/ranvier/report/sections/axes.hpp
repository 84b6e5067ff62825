#pragma once

#include <span>
#include <string>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

/// What sections of recordings share: their channels, times and conditions.
namespace ranvier::report {

/// Of all channels, or of `picks` in their order.
Json channels_json(const meeg::Info& info);
Json channels_json(const meeg::Info& info, const std::vector<index>& picks);
/// The largest finite size; 0 where there is none.
double largest_size(std::span<const double> x);
Json time_json(std::span<const double> times);
bool same_channels(const meeg::Info& a, const meeg::Info& b);

/// A list of conditions: the name of each with the fields that `fields` gives.
/// @param nouns   what they are, in the words of an error: "averages"
/// @param shared  what all must share, which same(a, b) says
template <class T, class Same, class Fields>
Json conditions_json(const Conditions<T>& conditions, const std::string& nouns, const std::string& shared, Same&& same,
                     Fields&& fields) {
    require(!conditions.empty(), [&] { return "a section of " + nouns + " needs at least one"; });
    Json list = Json::array();
    for (const auto& condition : conditions) {
        require(same(condition.second, conditions.front().second), [&] {
            return nouns + " on one page section must share " + shared + "; '" + condition.first + "' differs";
        });
        list.push_back(Json::object({{"name", condition.first}}));
        list.back().update(fields(condition.second));
    }
    return list;
}

}  // namespace ranvier::report
