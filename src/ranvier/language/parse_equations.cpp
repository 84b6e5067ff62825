// Equations: "dx/dt = expr : unit (flags)", "x = expr : unit (flags)", "x : unit (flags)". An expression may run over
// several lines; it ends at the colon.
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

class EquationReader {
public:
    EquationReader(const Source& source, Report& report)
        : place_(source.place), report_(report), words_(tokens(source, report)), list_(words_.list) {}

    std::vector<Equation> all() {
        std::vector<Equation> equations;
        while (true) {
            while (kind(at_) == TokenKind::new_line || sign(at_, ";")) {
                ++at_;
            }
            if (kind(at_) == TokenKind::end) {
                return equations;
            }
            one(equations);
        }
    }

private:
    TokenKind kind(std::size_t k) const { return k < list_.size() ? list_[k].kind : TokenKind::end; }
    bool sign(std::size_t k, std::string_view text) const {
        return kind(k) == TokenKind::sign && list_[k].text == text;
    }
    bool name(std::size_t k) const { return kind(k) == TokenKind::name; }

    bool differential_head(std::size_t k) const {
        return name(k) && list_[k].text.size() > 1 && list_[k].text[0] == 'd' && sign(k + 1, "/") && name(k + 2) &&
               list_[k + 2].text == "dt" && sign(k + 3, "=");
    }
    bool assignment_head(std::size_t k) const { return name(k) && sign(k + 1, "="); }
    bool parameter_head(std::size_t k) const { return name(k) && sign(k + 1, ":"); }

    void skip_line() {
        while (kind(at_) != TokenKind::end && kind(at_) != TokenKind::new_line) {
            ++at_;
        }
    }

    /// Could a value end with this token? Then a line that begins with "name :" behind it is another equation.
    bool ends_value(std::size_t k) const {
        return kind(k) == TokenKind::number || sign(k, ")") ||
               (name(k) && list_[k].text != "and" && list_[k].text != "or" && list_[k].text != "not");
    }

    /// Index of the colon that ends the expression from `begin`, or of the token before which it must have ended.
    std::size_t expression_end(std::size_t begin) const {
        int depth = 0;
        std::size_t last = begin;
        for (std::size_t k = begin;; ++k) {
            if (kind(k) == TokenKind::end || sign(k, ":") || sign(k, ";")) {
                return k;
            }
            if (kind(k) == TokenKind::new_line) {
                std::size_t next = k;
                while (kind(next) == TokenKind::new_line) {
                    ++next;
                }
                const bool new_equation = differential_head(next) || assignment_head(next) ||
                                          (parameter_head(next) && depth <= 0 && k > begin && ends_value(last));
                if (new_equation) {
                    return k;
                }
                continue;
            }
            depth += sign(k, "(") ? 1 : sign(k, ")") ? -1 : 0;
            last = k;
        }
    }

    void one(std::vector<Equation>& equations) {
        Equation equation;
        const Token first = list_[at_];
        std::size_t head = 0;
        if (differential_head(at_)) {
            equation.form = Form::differential;
            equation.name = first.text.substr(1);
            equation.position = {first.position.line, first.position.column + 1, first.position.length - 1};
            head = 4;
        } else if (assignment_head(at_) || parameter_head(at_)) {
            equation.form = assignment_head(at_) ? Form::subexpression : Form::parameter;
            equation.name = first.text;
            equation.position = first.position;
            head = 2;
        } else {
            wrong_head();
            return;
        }
        const std::uint32_t first_line = first.position.line;
        at_ += head;
        if (equation.form != Form::parameter && !expression(equation)) {
            equations.push_back(std::move(equation));  // its name is known, so that uses of it are not reported too
            return;
        }
        unit_and_flags(equation);
        const std::uint32_t last_line = list_[at_ == 0 ? 0 : at_ - 1].position.line;
        equation.comment = words_.comment(last_line);
        if (equation.comment.empty()) {
            equation.comment = words_.comment(first_line);
        }
        equations.push_back(std::move(equation));
    }

    void wrong_head() {
        const Token first = list_[at_];
        if (name(at_) && first.text.starts_with("d") && sign(at_ + 1, "/") && name(at_ + 2) &&
            list_[at_ + 2].text == "dt" && kind(at_ + 3) != TokenKind::end) {
            report_.add_once(place_, list_[at_ + 3].position, "'=' is missing here",
                             "write '" + std::string(first.text) + "/dt = ... : unit'");
            return next_equation();
        }
        std::string hint = "write 'dx/dt = ... : unit', 'x = ... : unit' or 'x : unit'";
        if (name(at_) && (sign(at_ + 1, "+=") || sign(at_ + 1, "-=") || sign(at_ + 1, "*=") || sign(at_ + 1, "/="))) {
            hint = "assignments like this belong to a reset or an event";
        } else if (name(at_) && sign(at_ + 1, "/") && name(at_ + 2) && !sign(at_ + 3, "=")) {
            hint = "write 'd" + std::string(first.text.substr(first.text[0] == 'd' ? 1 : 0)) + "/dt = ... : unit'";
        }
        report_.add_once(place_, first.position, "no equation begins here", hint);
        next_equation();
    }

    /// Goes on at the next line that looks like one.
    void next_equation() {
        while (kind(at_) != TokenKind::end) {
            skip_line();
            while (kind(at_) == TokenKind::new_line) {
                ++at_;
            }
            if (differential_head(at_) || assignment_head(at_) || parameter_head(at_)) {
                return;
            }
        }
    }

    /// @return  is there a unit to read behind it?
    bool expression(Equation& equation) {
        const std::size_t end = expression_end(at_);
        const bool colon = sign(end, ":");
        Token& stop = list_[end];
        const TokenKind kept = stop.kind;
        stop.kind = TokenKind::end;  // an expression ends here, whatever follows
        const std::size_t begin = at_;
        Reader reader{std::span<const Token>(list_).subspan(begin, end - begin + 1), place_, report_, 0, 0, 0, true};
        Expr e = read_expression(reader);
        if (e && !reader.done()) {
            complain_about_rest(reader);
            e = nullptr;
        }
        stop.kind = kept;
        at_ = colon ? end + 1 : end;
        equation.expr = std::move(e);
        if (!colon && equation.expr) {
            const Token& last = list_[end == 0 ? 0 : end - 1];
            report_.add_once(place_, {last.position.line, last.position.column + last.position.length, 1},
                             "the equation of '" + equation.name + "' does not say its unit",
                             "end it with ': volt', ': 1', or the like");
        }
        return colon;
    }

    void unit_and_flags(Equation& equation) {
        Reader reader{list_, place_, report_, at_, 0, 0, false};
        equation.unit = read_unit(reader);
        at_ = reader.at;
        if (!equation.unit.good) {
            skip_line();
            return;
        }
        std::size_t next = at_;
        while (kind(next) == TokenKind::new_line) {
            ++next;
        }
        if (sign(next, "(")) {
            reader.across_lines = true;
            read_flags(reader, equation.flags);
            at_ = reader.at;
        }
        if (kind(at_) != TokenKind::new_line && kind(at_) != TokenKind::end) {
            const std::string word(list_[at_].text);
            report_.add_once(place_, list_[at_].position,
                             "an equation ends with its unit and flags; '" + word + "' stands behind them",
                             sign(at_, ";") || name(at_) ? "begin a new line" : "");
            skip_line();
        }
    }

    std::string place_;
    Report& report_;
    Tokens words_;
    std::vector<Token>& list_;
    std::size_t at_ = 0;
};

}  // namespace

bool read_flags(Reader& reader, std::vector<std::pair<std::string, Position>>& flags) {
    const Position open = reader.now().position;
    reader.advance();
    std::string words;
    Position begin = reader.now().position;
    while (reader.now().kind != TokenKind::end && reader.now().kind != TokenKind::new_line && !reader.is(":") &&
           !reader.is("=")) {
        const Token token = reader.now();
        reader.advance();
        if (token.kind == TokenKind::sign && (token.text == "," || token.text == ")")) {
            if (words.empty()) {
                reader.complain(token.position, "a flag is missing before '" + std::string(token.text) + "'");
            } else {
                flags.emplace_back(words, begin);
            }
            if (token.text == ")") {
                return true;
            }
            words.clear();
            continue;
        }
        const bool joined = words.empty() || words.back() == '-' || token.text == "-";
        if (words.empty()) {
            begin = token.position;
        }
        words += (joined ? "" : " ") + std::string(token.text);
        begin.length = token.position.line == begin.line ? token.position.column + token.position.length - begin.column
                                                         : begin.length;
    }
    return reader.complain(open, "this bracket is never closed");
}

std::vector<Equation> parsed_equations(const Source& source, Report& report) {
    return EquationReader(source, report).all();
}

}  // namespace ranvier::language
