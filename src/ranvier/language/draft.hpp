#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/language/model.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

/// A line of the section "parameters" of a file: name = value : unit in [low, high] (flags)  # comment
struct ParameterLine {
    std::string name;
    Position position;
    Expr value;  ///< null: none given
    std::optional<UnitText> unit;
    Expr low, high;  ///< null: unbounded
    bool low_open = false, high_open = false;
    std::vector<std::pair<std::string, Position>> flags;
    std::string comment;
};

/// A model cut into its parts, not yet checked. Sources know where they stand, so that all messages do.
struct Draft {
    struct Block {
        std::string name = {};
        Position position = {};  ///< of the name
        std::string place = {};
        Side side = Side::pre;                 ///< of pathways
        std::string event = "spike";           ///< of pathways
        std::optional<Source> condition = {};  ///< of events; the period of updates; the delay of pathways
        std::optional<Source> statements = {};
    };
    struct Values {
        std::string name, comment;
        Position position;
        Source source;
    };

    Model head;  ///< name, kind, title, ...: what needs no checking
    Time time = Time::second;
    std::vector<Source> equations;
    std::vector<ParameterLine> parameters;
    std::string parameters_place;
    std::vector<Source> pre, post;  ///< equations "x : unit" of what a synapse uses
    std::optional<Source> threshold, reset, refractory;
    std::vector<Block> events, pathways, updates;
    std::optional<Source> initial;
    std::vector<Values> presets;
};

/// Resolves and checks everything. The model is complete only if nothing was reported.
Model checked_draft(const Draft& draft, const Scope& scope, Report& report);

}  // namespace ranvier::language
