#include "ranvier/base/near_miss.hpp"

#include <algorithm>

#include "ranvier/base/letters.hpp"

namespace ranvier {

int edit_distance(std::string_view a, std::string_view b) {
    const std::size_t n = b.size();
    std::vector<int> before(n + 1), last(n + 1), row(n + 1);
    for (std::size_t j = 0; j <= n; ++j) {
        last[j] = static_cast<int>(j);
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= n; ++j) {
            const int change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[n];
}

std::vector<std::string> near_misses(std::string_view word, const std::vector<std::string>& known) {
    if (word.size() > 100) {
        return {};
    }
    const std::string wanted = lower_case(word);
    const int limit = std::max(1, static_cast<int>(word.size()) / 3);
    std::vector<std::pair<int, std::string>> found;
    for (const std::string& candidate : known) {
        const auto difference = static_cast<int>(candidate.size()) - static_cast<int>(word.size());
        if (std::abs(difference) > limit) {
            continue;
        }
        const int distance = edit_distance(wanted, lower_case(candidate));
        if (distance <= limit) {
            found.emplace_back(distance, candidate);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> names;
    for (std::size_t k = 0; k < found.size() && k < 3; ++k) {
        names.push_back(found[k].second);
    }
    return names;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known, const char* before) {
    const auto names = near_misses(word, known);
    std::string text;
    for (std::size_t k = 0; k < names.size(); ++k) {
        text += (k == 0 ? "did you mean '" : k + 1 == names.size() ? " or '" : ", '") + names[k] + "'";
    }
    return text.empty() ? text : before + text + "?";
}

}  // namespace ranvier
