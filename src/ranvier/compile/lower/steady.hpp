#pragma once

#include <string_view>

#include "ranvier/compile/lower/group.hpp"

namespace ranvier::compile {

/// A group whose equations read tables that keep their value during a step (`TableFunction::steady`, at t itself) as
/// constants: `group.steady` says which read a name stands for. `group.model` points at `model`.
struct SteadyGroup {
    language::Model model;
    Group group;
};

/// For integrators that look at the beginning of a step only. May be moved no more once made.
/// @return  false where no table is read so: `steady` is then left alone
bool hold_steady_tables(const Group& group, SteadyGroup& steady);

/// Does an integrator look at drift and noise at the beginning of a step only?
bool looks_at_the_beginning_only(std::string_view integrator);

}  // namespace ranvier::compile
