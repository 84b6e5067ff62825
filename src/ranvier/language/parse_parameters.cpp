// name = value : unit in [low, high] (flags)   # comment
#include "ranvier/language/model_file.hpp"

namespace ranvier::language {

namespace {

bool ends_line(Reader& reader) { return reader.done() || reader.now().kind == TokenKind::new_line; }

bool word(Reader& reader, std::string_view text) {
    return reader.now().kind == TokenKind::name && reader.now().text == text;
}

/// [low, high], (low, high), ...
bool read_range(Reader& reader, ParameterLine& line) {
    const Position open = reader.now().position;
    if (!reader.is("[") && !reader.is("(")) {
        return reader.complain(open, "a range is written [low, high], or (low, high) without its ends");
    }
    line.low_open = reader.is("(");
    reader.advance();
    line.low = read_expression(reader);
    if (!line.low) {
        return false;
    }
    if (!reader.take(",")) {
        return reader.complain(reader.now().position, "',' is missing between the ends of this range");
    }
    line.high = read_expression(reader);
    if (!line.high) {
        return false;
    }
    line.high_open = reader.is(")");
    if (!reader.take(")") && !reader.take("]")) {
        return reader.complain(reader.now().position, "']' or ')' is missing at the end of this range");
    }
    return true;
}

bool read_line(Reader& reader, ParameterLine& line) {
    const Token name = reader.now();
    if (name.kind != TokenKind::name) {
        return reader.complain(name.position, "no parameter begins with '" + std::string(name.text) + "'",
                               "write 'name = value : unit in [low, high]'");
    }
    line.name = name.text;
    line.position = name.position;
    reader.advance();
    if (!reader.is("=") && !reader.is(":")) {
        return reader.complain(ends_line(reader) ? name.position : reader.now().position,
                               "'=' or ':' must follow the name of a parameter",
                               "write '" + line.name + " = value' or '" + line.name + " : unit'");
    }
    if (reader.take("=")) {
        line.value = read_expression(reader);
        if (!line.value) {
            return false;
        }
    }
    if (reader.take(":")) {
        line.unit = read_unit(reader);
        if (!line.unit->good) {
            return true;  // known by name; nothing else can be checked
        }
    }
    if (word(reader, "in")) {
        reader.advance();
        if (!read_range(reader, line)) {
            return false;
        }
    }
    if (reader.is("(") && !read_flags(reader, line.flags)) {
        return false;
    }
    if (!ends_line(reader)) {
        complain_about_rest(reader);
        return false;
    }
    return true;
}

}  // namespace

std::vector<ParameterLine> parsed_parameters(const Source& source, Report& report) {
    std::vector<ParameterLine> lines;
    const Tokens words = tokens(source, report);
    Reader reader{words.list, source.place, report};
    while (!reader.done()) {
        if (reader.now().kind == TokenKind::new_line) {
            reader.advance();
            continue;
        }
        ParameterLine line;
        const std::uint32_t number = reader.now().position.line;
        const bool good = read_line(reader, line);
        line.comment = words.comment(number);
        if (!good && !line.name.empty()) {
            // Its name is known, so that uses of it are not reported too.
            line.value = nullptr;
            line.low = line.high = nullptr;
            line.unit = UnitText{};
        }
        reader.brackets = reader.nesting = 0;
        while (!ends_line(reader)) {
            reader.advance();
        }
        if (!line.name.empty()) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

}  // namespace ranvier::language
