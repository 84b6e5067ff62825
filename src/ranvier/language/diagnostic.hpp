#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/error.hpp"
#include "ranvier/language/syntax.hpp"

namespace ranvier::language {

/// Collects mistakes. It keeps the first `limit`, so that a megabyte of nonsense costs no more than a page of it.
class Report {
public:
    static constexpr std::size_t limit = 100;

    void add(std::string_view place, Position at, std::string message, std::string suggestion = "");
    /// For one mistake seen twice: adds nothing where something was said about the same place before.
    void add_once(std::string_view place, Position at, std::string message, std::string suggestion = "");
    bool full() const { return list_.size() >= limit; }
    std::size_t count() const { return list_.size() + omitted_; }

    /// In the order of the text. Where some were left out, the last one says so.
    std::vector<Diagnostic> diagnostics() const;

private:
    std::vector<Diagnostic> list_;
    std::size_t omitted_ = 0;
};

/// Mistakes as a person reads them:
///
///     adex.model:12:9: there is no 'g_l'; did you mean 'g_L'?
///         dv/dt = g_l*(E_L - v)/C : volt
///                 ^~~
///
/// @param texts  the text of each place, from which lines are shown; a place without text shows none
/// @cost  O(length of the texts)
std::string rendered(const std::vector<Diagnostic>& diagnostics, const std::map<std::string, std::string>& texts);

}  // namespace ranvier::language
