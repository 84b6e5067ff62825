#include "ranvier/compile/ode/tableau.hpp"

#include <charconv>
#include <map>
#include <sstream>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::compile {

namespace {

/// "0.5", "1/3" or "0.5-0.1".
double number(const std::string& word) {
    const char* const end = word.data() + word.size();
    double value = 0, second = 0;
    auto read = std::from_chars(word.data(), end, value);
    if (read.ec == std::errc{} && read.ptr != end) {
        const char sign = *read.ptr;
        read = std::from_chars(read.ptr + 1, end, second);
        value = sign == '/' ? value / second : value - second;
    }
    ensure(read.ec == std::errc{} && read.ptr == end, "a tableau's entries are numbers");
    return value;
}

Tableau parsed(const BundledText& file) {
    std::map<std::string, std::vector<std::vector<double>>> rows;  // of each word
    std::istringstream lines{std::string(file.text)};
    for (std::string line, what, word; std::getline(lines, line);) {
        std::istringstream words(line);
        if (words >> what && what != "#") {
            std::vector<double>& row = rows[what].emplace_back();
            while (words >> word) {
                row.push_back(number(word));
            }
        }
    }
    const auto list = [&](const char* what) { return rows[what].empty() ? std::vector<double>{} : rows[what][0]; };
    const auto real = [&](const char* what) { return rows[what].empty() ? 0 : rows[what][0].at(0); };
    const auto count = [&](const char* what) { return static_cast<int>(real(what)); };
    const auto entries = [&](const char* what) {
        std::vector<Coefficient> all;
        for (int row = 0; const auto& values : rows[what]) {
            for (int column = 0; const double value : values) {
                if (value != 0) {
                    all.push_back({row, column, value});
                }
                ++column;
            }
            ++row;
        }
        return all;
    };
    return {file.name,
            count("stages"),
            count("extra"),
            count("order"),
            count("error_order"),
            real("gamma"),
            list("c"),
            list("d"),
            entries("a"),
            entries("C"),
            entries("error"),
            entries("dense"),
            static_cast<int>(rows["error"].size()),
            static_cast<int>(rows["dense"].size())};
}

}  // namespace

const Tableau& tableau(Adaptive method) {
    static const std::vector<Tableau> all = [] {
        std::vector<Tableau> tableaus;
        const auto texts = bundled_tableaus();
        for (const char* name : {"dopri5", "tsit5", "dop853", "rodas4", "rodas5"}) {
            tableaus.push_back(parsed(*named(texts, name)));
        }
        return tableaus;
    }();
    return all[static_cast<std::size_t>(method)];
}

}  // namespace ranvier::compile
