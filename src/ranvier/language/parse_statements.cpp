// Statements: "x = expr", "x += expr", ..., one per line or with ';' between them.
#include <algorithm>

#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

constexpr std::pair<std::string_view, Op> assignments[] = {
    {"=", Op::name},    {"+=", Op::add},           {"-=", Op::subtract}, {"*=", Op::multiply},
    {"/=", Op::divide}, {"//=", Op::floor_divide}, {"%=", Op::modulo},   {"**=", Op::power}};

bool ends_statement(Reader& reader) {
    return reader.done() || reader.now().kind == TokenKind::new_line || reader.is(";");
}

void skip_statement(Reader& reader) {
    reader.brackets = 0;
    while (!ends_statement(reader)) {
        reader.advance();
    }
}

void read_statement(Reader& reader, const Tokens& words, std::vector<Statement>& statements) {
    const Token target = reader.now();
    if (target.kind != TokenKind::name) {
        reader.complain(target.position, "no statement begins with '" + std::string(target.text) + "'",
                        "write 'x = ...' or 'x += ...'");
        skip_statement(reader);
        return;
    }
    if (target.text == "if" || target.text == "for" || target.text == "while" || target.text == "else") {
        reader.complain(target.position, "the language has no '" + std::string(target.text) + "'",
                        "multiply by int(condition), or write where(condition, a, b)");
        skip_statement(reader);
        return;
    }
    reader.advance();
    Statement statement;
    statement.target = target.text;
    statement.position = target.position;
    const Token sign = reader.now();
    const auto* known = std::ranges::find(assignments, sign.text, [](const auto& row) { return row.first; });
    if (sign.kind != TokenKind::sign || known == std::end(assignments)) {
        reader.complain(ends_statement(reader) ? target.position : sign.position,
                        "a statement is an assignment: '=' or '+=' or the like must follow '" + statement.target + "'",
                        sign.text == ":" ? "equations with units belong to the section of equations" : "");
        skip_statement(reader);
        return;
    }
    statement.op = known->second;
    reader.advance();
    statement.value = read_expression(reader);
    if (statement.value && !ends_statement(reader)) {
        complain_about_rest(reader);
        statement.value = nullptr;
    }
    skip_statement(reader);
    statement.comment = words.comment(target.position.line);
    statements.push_back(std::move(statement));
}

}  // namespace

std::vector<Statement> parsed_statements(const Source& source, Report& report) {
    std::vector<Statement> statements;
    const Tokens words = tokens(source, report);
    Reader reader{words.list, source.place, report, 0, 0, 0, false};
    while (!reader.done()) {
        if (reader.now().kind == TokenKind::new_line || reader.is(";")) {
            reader.advance();
        } else {
            read_statement(reader, words, statements);
        }
    }
    return statements;
}

}  // namespace ranvier::language
