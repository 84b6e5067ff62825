#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/compile/lower/group.hpp"
#include "ranvier/sim/groups/surroundings.hpp"
#include "ranvier/sim/groups/variable.hpp"
#include "ranvier/sim/network/operation.hpp"

namespace ranvier::sim {

class Code;
class StatementCode;

/// Elements that share equations, and the values of their variables.
class Group : public std::enable_shared_from_this<Group> {
public:
    Group(std::string name, index n, std::shared_ptr<Clock> clock);
    virtual ~Group() = default;
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

    const std::string& name() const { return name_; }
    index n() const { return n_; }
    const std::shared_ptr<Clock>& clock() const { return clock_; }
    /// The equations, as far as they can be read without what comes from outside.
    const language::Model& model() const { return model_; }

    /// Own variables in the order of their making; null where there is none of the name.
    const std::vector<std::shared_ptr<Variable>>& variables() const { return variables_; }
    virtual std::shared_ptr<Variable> find(std::string_view name) const;
    /// @throws InvalidInput  no such variable; near ones are suggested
    std::shared_ptr<Variable> variable(std::string_view name) const;

    /// Makes a (linked) parameter a variable of another group, element k its element index[k]; without index the groups
    /// are alike, or the other's variable is one for all.
    void link(const std::string& name, std::shared_ptr<Group> other, const std::string& variable,
              std::optional<std::vector<std::int32_t>> index);

    // Texts in the group's words.
    struct Unknown {
        std::vector<std::string> names, functions;
    };
    enum class Kind : std::uint8_t { expression, statements };
    /// What a text names that neither group nor language knows.
    Unknown unknown(const std::string& text, Kind kind) const;

    struct Values {
        std::vector<double> values;
        language::Type type = language::Type::real;
        units::Dimension dimension;
    };
    /// An expression for all elements, or for those listed, in their order.
    /// @throws ModelError  what is wrong with the text
    Values value(const std::string& text, const Surroundings& around,
                 std::optional<std::span<const std::int32_t>> elements = {});
    /// The tree of an expression in the group's words. @throws ModelError
    language::Expr expression(const std::string& text, const Surroundings& around);
    /// Elements for which a condition holds.
    std::vector<std::int32_t> where(const std::string& condition, const Surroundings& around);
    /// Statements for all elements, or for those listed.
    void execute(const std::string& statements, const Surroundings& around,
                 std::optional<std::span<const std::int32_t>> elements = {});

    /// How programs see the group: arrays are called MEMORY.NAME, what is the view's own PREFIX.NAME. Those that lie in
    /// one memory have one MEMORY. Valid as long as the group.
    virtual const compile::Group& view(const std::string& prefix, const std::string& memory) const;
    const compile::Group& view(const std::string& prefix) const { return view(prefix, prefix); }
    /// The group in whose memory its variables lie: that of a subgroup is the whole.
    virtual const Group* owner() const { return this; }
    /// How programs run over all of its elements: those of a subgroup end where others go on.
    compile::Elements whole() const;
    /// The groups that the elements of synapses lead to.
    virtual const Group* pre() const { return nullptr; }
    virtual const Group* post() const { return nullptr; }
    /// The variable behind an array's name "PREFIX.NAME", "PREFIX.NAME.index" of this group.
    virtual Variable* array(std::string_view name) const;
    /// Number of its first element in the arrays: of subgroups.
    virtual index start() const { return 0; }

    /// Reads the equations again, with what is known around now.
    virtual void refresh(const Surroundings&) {}
    /// Their text.
    virtual std::string equations() const { return ""; }

    /// What happens in each step.
    virtual Operations operations() { return {}; }

protected:
    friend class Code;
    friend class StatementCode;
    std::shared_ptr<Variable> add(std::string name, const units::Dimension& dimension, language::Type type,
                                  bool shared = false);
    void add_variables_of_model(const std::map<std::string, compile::Storage>& storages);
    virtual language::Scope scope(const Surroundings& around) const;

    /// Takes the links of the group in whose memory this one lies.
    void follow_links(const Group& whole) { links_ = whole.links_; }

    struct Link {
        std::shared_ptr<Group> group;        ///< that of a subexpression; variables live without theirs
        std::shared_ptr<Variable> variable;  ///< null: a subexpression
        std::shared_ptr<Variable> index;     ///< null: element by element, or shared
        std::string subexpression;
        ranvier::index start = 0;  ///< the number of the other group's first element in its arrays
    };

    std::string name_;
    index n_ = 0;
    std::shared_ptr<Clock> clock_;
    language::Model model_;
    std::vector<std::shared_ptr<Variable>> variables_;
    std::map<std::string, Link, std::less<>> links_;
    mutable std::map<std::string, std::unique_ptr<compile::Group>> views_;
};

/// What is wrong with a text as a ModelError, if anything is.
void refuse(const std::vector<Diagnostic>& diagnostics, const std::string& place, const std::string& text);

/// How programs see a group among names from outside: values become uniforms, tables are known.
compile::Group with_surroundings(const compile::Group& view, const Surroundings& around, double dt);

}  // namespace ranvier::sim
