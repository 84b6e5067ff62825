#pragma once

#include <functional>

#include "call.hpp"
#include "ranvier/sim/groups/group.hpp"
#include "ranvier/sim/groups/neuron_group.hpp"

namespace ranvier::python {

/// A NumPy array on the values of a variable, which is theirs until they grow.
nb::object numpy_of(sim::Variable& variable);

/// Numbers that were written to Python as its own array of the type.
nb::object numpy_of(const std::vector<double>& values, language::Type type);

/// Elements as the engine counts them. @throws InvalidInput  numbers that no int32 holds
std::vector<std::int32_t> elements_of(
    const nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>& numbers);

std::map<std::string, compile::Storage> storages_of(const std::map<std::string, std::string>& names);

/// Methods that are tried in turn; a text is one that must do.
struct Method {
    std::string name;
    std::vector<std::string> preference;
    std::vector<std::string_view> tried;
};
Method method_of(nb::handle method);

void bind_sim_synapses(nb::module_& m);
void bind_sim_monitors(nb::module_& m);

}  // namespace ranvier::python
