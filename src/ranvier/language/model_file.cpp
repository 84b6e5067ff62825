// Sections of a `.model` file. A line that begins at the left margin and holds a colon begins a section; what follows,
// indented, belongs to it.
#include "ranvier/language/model_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <filesystem>
#include <optional>
#include <set>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/check_units.hpp"
#include "ranvier/language/symbols.hpp"

namespace ranvier::language {

namespace {

/// One line of words, without what follows " #".
std::string one_line(std::string_view text) {
    std::string out;
    for (std::string_view line : lines_of(text)) {
        line = trimmed(line.substr(0, line.find(" #")));
        if (!line.empty() && line.front() != '#') {
            out += (out.empty() ? "" : " ") + std::string(line);
        }
    }
    return out;
}

/// Paragraphs: lines without their indent, comments left out.
std::string paragraphs(std::string_view text) {
    std::string out;
    for (const std::string_view line : lines_of(text)) {
        if (!trimmed(line).starts_with('#')) {
            out += std::string(trimmed(line)) + "\n";
        }
    }
    return std::string(trimmed(out));
}

constexpr std::array<std::string_view, 25> section_names{
    "model",      "kind",      "paper", "doi",       "about",     "time",    "method",     "step", "span",
    "parameters", "equations", "pre",   "post",      "threshold", "reset",   "refractory", "vary", "event",
    "on pre",     "on post",   "on",    "each step", "every",     "initial", "preset"};

struct FileReader {
    std::string_view text;
    const std::string& place;
    Report& report;
    Draft draft;
    std::set<std::string> seen;
    Source method, step, span, time, vary;
    Position vary_head;
    Position head;        ///< of the section being read
    std::string comment;  ///< behind its colon

    void complain(std::string message, std::string suggestion = "") {
        report.add_once(place, head, std::move(message), std::move(suggestion));
    }

    bool once(const std::string& name) {
        const bool fresh = seen.insert(name).second;
        if (!fresh) {
            complain("the section '" + name + ":' stands here twice");
        }
        return fresh;
    }

    Draft::Block block(const std::string& name, const Source& body) {
        return {.name = name, .position = head, .place = place, .statements = body};
    }

    void kind(const std::string& word) {
        for (const auto& [name, value] : kinds) {
            if (word == name) {
                draft.head.kind = value;
                return;
            }
        }
        complain("a kind is neuron, synapse, population, channel, system or cable; not '" + word + "'");
    }

    /// "on pre", "on pre NAME", "on pre NAME after 1*ms", "on EVENT"
    void on(const std::string& words, const Source& body) {
        const bool pre = words == "pre" || words.starts_with("pre ");
        if (!pre && words != "post" && !words.starts_with("post ")) {
            if (Draft::Block* event = named(draft.events, words)) {
                event->statements = body;
                return;
            }
            std::vector<std::string> known = names_of(draft.events);
            known.insert(known.begin(), {"pre", "post"});
            complain("there is no event '" + words + "' above", did_you_mean(words, known, ""));
            return;
        }
        std::string rest(trimmed(std::string_view(words).substr(pre ? 3 : 4)));
        Draft::Block b = block("", body);
        b.side = pre ? Side::pre : Side::post;
        if (const std::size_t after = (" " + rest).find(" after "); after != std::string::npos) {
            const std::size_t expression = after + 6;
            delays.push_back(std::string(trimmed(rest.substr(expression))));
            b.condition = Source{delays.back(), place, head.line, head.column};
            rest = std::string(trimmed(rest.substr(0, after)));
        }
        b.name = rest.empty() ? (pre ? "pre" : "post") : rest;
        if (b.name.find(' ') != std::string::npos) {
            complain("'" + b.name + "' is no name of a pathway",
                     "write 'on pre:', 'on pre NAME:' or 'on pre NAME after 1*ms:'");
        }
        for (const Draft::Block& other : draft.pathways) {
            if (other.name == b.name && other.side == b.side) {
                complain("the pathway '" + b.name + "' is defined twice");
                return;
            }
        }
        draft.pathways.push_back(std::move(b));
    }
    std::deque<std::string> delays, periods;  ///< texts that sources refer to

    void section(const std::string& name, const Source& body) {
        const auto starts = [&](std::string_view word) { return name.starts_with(word) && name.size() > word.size(); };
        const auto rest = [&](std::size_t skip) { return std::string(trimmed(std::string_view(name).substr(skip))); };
        if (starts("preset ")) {
            draft.presets.push_back({rest(7), comment, head, body});
        } else if (starts("event ")) {
            Draft::Block b = block(rest(6), body);
            std::swap(b.condition, b.statements);
            draft.events.push_back(std::move(b));
        } else if (starts("on ")) {
            on(rest(3), body);
        } else if (starts("every ")) {
            Draft::Block b = block("", body);
            b.condition = Source{periods.emplace_back(rest(6)), place, head.line, head.column + 6};
            draft.updates.push_back(std::move(b));
        } else if (name == "each step") {
            draft.updates.push_back(block("", body));
        } else if (std::find(section_names.begin(), section_names.end(), name) == section_names.end() || name == "on" ||
                   name == "event" || name == "preset" || name == "every") {
            complain("there is no section '" + name + ":'",
                     did_you_mean(name, {section_names.begin(), section_names.end()}, ""));
        } else if (once(name)) {
            plain(name, body);
        }
    }

    void plain(const std::string& name, const Source& body) {
        Model& m = draft.head;
        const std::map<std::string_view, std::string*> lines{
            {"model", &m.title}, {"paper", &m.paper}, {"doi", &m.doi}, {"method", &m.method}};
        const std::map<std::string_view, Source*> values{
            {"time", &time}, {"step", &step}, {"span", &span}, {"vary", &vary}};
        const std::map<std::string_view, std::vector<Source>*> lists{
            {"equations", &draft.equations}, {"pre", &draft.pre}, {"post", &draft.post}};
        const std::map<std::string_view, std::optional<Source>*> parts{{"threshold", &draft.threshold},
                                                                       {"reset", &draft.reset},
                                                                       {"refractory", &draft.refractory},
                                                                       {"initial", &draft.initial}};
        if (const auto line = lines.find(name); line != lines.end()) {
            *line->second = one_line(body.text);
        } else if (const auto value = values.find(name); value != values.end()) {
            *value->second = body;
        } else if (const auto list = lists.find(name); list != lists.end()) {
            list->second->push_back(body);
        } else if (const auto part = parts.find(name); part != parts.end()) {
            *part->second = body;
        } else if (name == "kind") {
            kind(one_line(body.text));
        } else if (name == "about") {
            m.about = paragraphs(body.text);
        } else if (name == "parameters") {
            draft.parameters = parsed_parameters(body, report);
        }
        if (name == "vary") {
            vary_head = head;
        }
    }

    /// "time: ms" shows time in ms; "time: 1" says that it is a number.
    void times() {
        Model& m = draft.head;
        m.time_unit = "second";
        if (!time.text.empty()) {
            Report own;
            const Tokens words = tokens(time, own);
            Reader reader{words.list, place, report, 0, 0, 0, true};
            const UnitText unit = read_unit(reader);
            if (unit.good && unit.unit.dimension.dimensionless()) {
                draft.time = Time::number;
                m.time_unit = "1";
            } else if (unit.good && unit.unit.dimension == units::unit("second").dimension) {
                m.time_unit = unit.text;
                m.time_scale = unit.unit.scale;
            } else if (unit.good) {
                report.add_once(place, unit.position,
                                "time is shown in a unit of time, or is a number: 'time: ms' or 'time: 1'");
            }
        }
        const units::Dimension dimension =
            draft.time == Time::number ? units::Dimension{} : units::unit("second").dimension;
        Model none;
        none.kind = Kind::system;
        none.time = dimension;
        const Scope scope;
        Symbols symbols(none, scope);
        const auto number = [&](const Source& source, const std::string& what) {
            const Expr e = source.text.empty() ? nullptr : parsed_expression(source, report);
            const Expr good =
                e ? UnitCheck(symbols, place, report, {false, false}).demanded(e, dimension, Type::real, what)
                  : nullptr;
            double v = 0;
            if (good) {
                try {
                    v = value(good, [](const Node&) { return std::nullopt; });
                } catch (const InvalidInput&) {
                    report.add_once(place, span_of(e), what + " must be a constant");
                }
                if (!(v > 0) || !std::isfinite(v)) {
                    report.add_once(place, span_of(e), what + " must be positive");
                }
            }
            return v;
        };
        m.step = number(step, "the step");
        m.span = number(span, "the span");
    }

    /// "vary: I from 0*nA to 2*nA", once the parameters are known.
    void varies(Model& model) {
        const std::string words = one_line(vary.text);
        const std::string padded = " " + words + " ";
        const std::size_t from = padded.find(" from "), to = padded.find(" to ", from == std::string::npos ? 0 : from);
        head = vary_head;
        if (from == std::string::npos || to == std::string::npos) {
            complain("what to vary is said as 'vary: NAME from LOW to HIGH'; not '" + words + "'");
            return;
        }
        const std::string name(trimmed(padded.substr(0, from)));
        const Parameter* parameter = find_parameter(model, name);
        if (!parameter || parameter->type != Type::real) {
            complain("'" + name + "' is no parameter that could vary",
                     did_you_mean(name, names_of(model.parameters), ""));
            return;
        }
        const auto end = [&](std::string_view written) -> std::optional<double> {
            const auto read = checked_expression(written, model, {}, place);
            if (!read.expr || !(read.expr->dimension == parameter->dimension)) {
                complain("'" + std::string(trimmed(written)) + "' is no value of '" + name + "', which is in " +
                         parameter->unit);
                return std::nullopt;
            }
            try {
                return value(read.expr, [](const Node&) { return std::nullopt; });
            } catch (const InvalidInput&) {
                complain("the ends of what varies must be constants; not '" + std::string(trimmed(written)) + "'");
                return std::nullopt;
            }
        };
        const auto low = end(std::string_view(padded).substr(from + 6, to - from - 6));
        const auto high = end(std::string_view(padded).substr(to + 4));
        if (!low || !high) {
            return;
        }
        const bool finite = std::isfinite(*low) && std::isfinite(*high);
        if (!finite || !(*low < *high) || *low < parameter->low || *high > parameter->high) {
            complain("'" + name + "' must vary from a lower to a higher value, both finite and within its range");
            return;
        }
        model.vary = name;
        model.vary_low = *low;
        model.vary_high = *high;
    }

    /// A section's name and body, from the line that begins at `at`.
    void head_line(std::size_t at, std::size_t colon, std::size_t end, std::uint32_t line) {
        const std::string name(trimmed(text.substr(at, colon - at)));
        head = {line, 1, std::max(character_count(name), 1U)};
        const std::size_t line_end = std::min(text.find('\n', colon), text.size());
        const std::string_view first = text.substr(colon + 1, line_end - colon - 1);
        comment.clear();
        if (const std::size_t hash = first.find('#'); hash != std::string_view::npos) {
            comment = trimmed(first.substr(hash + 1));
        }
        section(name, {text.substr(colon + 1, end - colon - 1), place, line,
                       character_count(text.substr(at, colon + 1 - at)) + 1});
    }

    void run() {
        std::size_t open_at = std::string_view::npos, open_colon = 0;
        std::uint32_t open_line = 0, line = 1;
        for (std::size_t at = 0; at < text.size(); ++line) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const char first = text[at];
            const bool blank = at == end || first == ' ' || first == '\t' || first == '#' || first == '\r';
            if (!blank) {
                const std::size_t colon = text.substr(at, end - at).find(':');
                if (open_at != std::string_view::npos) {
                    head_line(open_at, open_colon, at, open_line);
                }
                open_at = colon == std::string_view::npos ? colon : at;
                open_colon = at + colon;
                open_line = line;
                if (colon == std::string_view::npos) {
                    head = {line, 1, std::max(character_count(text.substr(at, end - at)), 1U)};
                    complain("a line at the left margin begins a section, with a colon behind its name",
                             "indent what belongs to a section");
                }
            }
            at = end + 1;
        }
        if (open_at != std::string_view::npos) {
            head_line(open_at, open_colon, text.size(), open_line);
        }
        head = {};
        if (seen.count("model") == 0) {
            complain("there is no section 'model:', which says the name of the model");
        }
        if (seen.count("equations") == 0 && draft.parameters.empty() && draft.pathways.empty()) {
            complain("there is no section 'equations:'");
        }
        times();
    }
};

}  // namespace

Checked checked_file(std::string_view text, const std::string& place) {
    Report report;
    FileReader reader{text, place, report, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    reader.draft.head.name = std::filesystem::path(place).stem().string();
    reader.draft.parameters_place = place;
    reader.run();
    Checked out;
    out.model = checked_draft(reader.draft, {}, report);
    if (reader.seen.count("vary") != 0 && report.count() == 0) {
        reader.varies(out.model);
    }
    out.diagnostics = report.diagnostics();
    return out;
}

}  // namespace ranvier::language
