#include "ranvier/language/diagnostic.hpp"

#include <algorithm>
#include <tuple>

#include "ranvier/language/token.hpp"

namespace ranvier::language {

namespace {

/// The first `count` characters of a line as blanks, tabs kept, so that what follows stands below its character.
std::string indent(std::string_view line, std::size_t count) {
    std::string blanks;
    for (std::size_t at = 0; at < line.size() && blanks.size() < count; ++at) {
        if ((static_cast<unsigned char>(line[at]) & 0xc0) != 0x80) {
            blanks += line[at] == '\t' ? '\t' : ' ';
        }
    }
    blanks.resize(count, ' ');
    return blanks;
}

}  // namespace

void Report::add(std::string_view place, Position at, std::string message, std::string suggestion) {
    if (full()) {
        ++omitted_;
        return;
    }
    list_.push_back({std::string(place), static_cast<int>(at.line), static_cast<int>(at.column),
                     static_cast<int>(std::max(at.length, 1U)), std::move(message), std::move(suggestion)});
}

void Report::add_once(std::string_view place, Position at, std::string message, std::string suggestion) {
    const bool known = std::any_of(list_.begin(), list_.end(), [&](const Diagnostic& d) {
        return d.place == place && d.line == static_cast<int>(at.line) && d.column == static_cast<int>(at.column);
    });
    if (!known) {
        add(place, at, std::move(message), std::move(suggestion));
    }
}

std::vector<Diagnostic> Report::diagnostics() const {
    std::vector<Diagnostic> sorted = list_;
    std::vector<std::string> places;
    for (const Diagnostic& d : list_) {
        if (std::find(places.begin(), places.end(), d.place) == places.end()) {
            places.push_back(d.place);
        }
    }
    const auto key = [&](const Diagnostic& d) {
        return std::tuple(std::find(places.begin(), places.end(), d.place) - places.begin(), d.line, d.column);
    };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
    if (omitted_ > 0) {
        sorted.push_back({sorted.back().place, 0, 0, 1, "and " + text_of(omitted_) + " more mistakes", ""});
    }
    return sorted;
}

std::string rendered(const std::vector<Diagnostic>& diagnostics, const std::map<std::string, std::string>& texts) {
    std::map<std::string, std::vector<std::string_view>> lines;
    for (const auto& [place, text] : texts) {
        lines[place] = lines_of(text);
    }
    std::string out;
    for (const Diagnostic& d : diagnostics) {
        out += (out.empty() ? "" : "\n") + d.place;
        if (d.line > 0) {
            out += ":" + text_of(d.line) + ":" + text_of(d.column);
        }
        out += ": " + d.message;
        if (!d.suggestion.empty()) {
            out += "; " + d.suggestion;
        }
        const auto found = lines.find(d.place);
        if (d.line < 1 || found == lines.end() || static_cast<std::size_t>(d.line) > found->second.size()) {
            continue;
        }
        constexpr std::size_t width = 160;  // longer lines are shown around the mistake
        std::string_view line = found->second[static_cast<std::size_t>(d.line) - 1];
        const std::size_t characters = character_count(line);
        auto column = static_cast<std::size_t>(std::max(d.column, 1)) - 1;
        const std::size_t length = std::min<std::size_t>(static_cast<std::size_t>(d.length), width);
        if (characters > width) {
            std::size_t skip = column > width / 2 ? column - width / 2 : 0;
            const auto bytes_of = [&](std::size_t count) {  // the first byte of a character
                std::size_t at = 0;
                for (; at < line.size() && count > 0; ++at) {
                    const bool last =
                        at + 1 == line.size() || (static_cast<unsigned char>(line[at + 1]) & 0xc0) != 0x80;
                    count -= last ? 1 : 0;
                }
                return at;
            };
            line = line.substr(bytes_of(skip));
            line = line.substr(0, bytes_of(width));
            column -= skip;
        }
        while (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        out += "\n    " + std::string(line) + "\n    " + indent(line, column) + "^" +
               std::string(length > 1 ? length - 1 : 0, '~');
    }
    return out;
}

}  // namespace ranvier::language
