#include "ranvier/sim/synapses/generator.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::sim {

namespace {

/// Position of a word outside of brackets, or npos.
std::size_t word(const std::string& text, const std::string& what, std::size_t from = 0) {
    int depth = 0;
    for (std::size_t k = from; k + what.size() <= text.size(); ++k) {
        depth += text[k] == '(' ? 1 : text[k] == ')' ? -1 : 0;
        const auto edge = [&](std::size_t at) {
            return at >= text.size() || !(std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_');
        };
        if (depth == 0 && text.compare(k, what.size(), what) == 0 && (k == 0 || edge(k - 1)) && edge(k + what.size())) {
            return k;
        }
    }
    return std::string::npos;
}

}  // namespace

Generator parsed_generator(const std::string& text) {
    Generator g;
    const auto part = [&](std::size_t from, std::size_t to) {
        return std::string(trimmed(std::string_view(text).substr(from, to == std::string::npos ? to : to - from)));
    };
    const std::size_t loop = word(text, "for");
    std::size_t condition = word(text, "if", loop == std::string::npos ? 0 : loop);
    if (condition != std::string::npos) {
        g.condition = part(condition + 2, std::string::npos);
    }
    g.element = part(0, std::min(loop, condition));
    if (loop == std::string::npos) {
        return g;
    }
    const auto wrong = [&](const std::string& what) {
        return InvalidInput("'" + text + "': " + what +
                            "; write 'ELEMENT for k in range(…)' or 'ELEMENT for k in sample(…, p=…)', "
                            "perhaps with 'if CONDITION' behind it");
    };
    const std::size_t in = word(text, "in", loop);
    if (in == std::string::npos || in > condition) {
        throw wrong("there is no 'in'");
    }
    g.counter = part(loop + 3, in);
    const std::string source = part(in + 2, condition);
    const std::size_t open = source.find('(');
    const std::string function = std::string(trimmed(source.substr(0, open)));
    if (open == std::string::npos || source.back() != ')' || (function != "range" && function != "sample")) {
        throw wrong("behind 'in' stands '" + source + "'");
    }
    g.sample = function == "sample";
    int depth = 0;
    std::size_t begin = open + 1;
    for (std::size_t k = begin; k < source.size(); ++k) {
        depth += source[k] == '(' ? 1 : source[k] == ')' ? -1 : 0;
        if ((source[k] == ',' && depth == 0) || k + 1 == source.size()) {
            std::string argument(trimmed(std::string_view(source).substr(begin, k - begin)));
            begin = k + 1;
            const std::size_t equals = argument.find('=');
            const std::string name =
                equals == std::string::npos ? "" : std::string(trimmed(argument.substr(0, equals)));
            if (name == "p" || name == "size") {
                (name == "p" ? g.p : g.size) = trimmed(argument.substr(equals + 1));
            } else if (!argument.empty()) {
                g.arguments.push_back(argument);
            }
        }
    }
    if (g.arguments.empty() || g.arguments.size() > 3) {
        throw wrong(function + " takes 1 to 3 numbers");
    }
    if (g.sample != (!g.p.empty() || !g.size.empty()) || (!g.p.empty() && !g.size.empty())) {
        throw wrong(g.sample ? "sample wants p=… or size=…" : "range knows neither p nor size");
    }
    return g;
}

}  // namespace ranvier::sim
