#include "ranvier/sim/groups/statement_code.hpp"

#include <algorithm>

#include "ranvier/base/error.hpp"

namespace ranvier::sim {

using compile::Elements;
using compile::Place;
using language::Statement;

StatementCode::StatementCode(const Group& group, const std::string& statements, const Surroundings& around, double dt,
                             Elements elements, const std::string& role) {
    const std::string text = around.written_out(statements);
    const auto checked = language::checked_statements(text, group.model(), group.scope(around), group.name());
    refuse(checked.diagnostics, group.name(), text);
    const compile::Group view = with_surroundings(group.view("own"), around, dt);
    std::vector<Statement> once, each;
    for (const Statement& s : checked.statements) {
        const auto place =
            s.side == language::Side::own && s.role != language::Role::local ? view.place(s.target) : std::nullopt;
        (place && place->reach == Place::Reach::shared ? once : each).push_back(s);
    }
    if (!once.empty()) {  // as a group of one element, whose variables these are
        compile::Group one = view;
        one.place = [place = view.place](std::string_view name) {
            auto found = place(name);
            const bool shared = found && found->reach == Place::Reach::shared;
            if (shared) {
                found->reach = Place::Reach::element;
            }
            return shared ? found : std::nullopt;
        };
        shared_ = Code(group, compile::block_program(one, once).program, around, role + "/shared");
    }
    if (!each.empty()) {
        const compile::Block block = compile::block_program(view, each, {elements});
        each_ = Code(group, block.program, around, role, block.serial);
        each_.give("first", static_cast<double>(group.start()));
    }
}

void StatementCode::run(index lanes, const Clock& clock, double dt) {
    if (shared_) {
        shared_.run(1, clock, dt);
    }
    if (each_) {
        each_.run(lanes, clock, dt);
    }
}

void StatementCode::run_once(index lanes, std::int64_t step, double dt, Variable* elements) {
    if (shared_) {
        shared_.run_once(1, step, dt);
    }
    if (each_) {
        if (elements != nullptr) {
            each_.give("elements", *elements);
        }
        each_.run_once(lanes, step, dt);
    }
}

}  // namespace ranvier::sim
