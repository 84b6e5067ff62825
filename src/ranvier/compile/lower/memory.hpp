#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/compile/kernel/kernel.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::compile {

/// Everything that one kernel reads and writes, by name: arrays with room for `lanes` elements, uniforms, lists of
/// events. Zero at first; "not_refractory" and "NAME.beyond" are true and "lastspike" −1e4, as before the first step.
class Memory {
public:
    /// @param rows  of each recording
    Memory(const Program& program, const language::Model& model, index lanes, Scalar scalar = Scalar::float64,
           index rows = 0);

    index lanes() const { return lanes_; }
    bool has_array(std::string_view name) const { return find_array(name) >= 0; }
    bool has_uniform(std::string_view name) const;

    /// The lanes of an array of reals, for kernels of float64. @throws InvalidInput  no such array
    std::span<double> reals(std::string_view name);
    void* data(int array) { return arguments_[static_cast<std::size_t>(array)].data; }
    /// Position in Program::arrays, or −1.
    int find_array(std::string_view name) const;

    /// One value for all lanes (also those of padding), or a value for each; converted to the array's type.
    void set(std::string_view name, double value);
    void set(std::string_view name, std::span<const double> values);
    double value(std::string_view name, index lane) const;
    /// Element (row, lane) of a recording.
    double recorded(std::string_view name, index row, index lane) const;

    void set_uniform(std::string_view name, double value);
    /// Sets what the program has of that name, array or uniform; false if it has neither.
    bool give(std::string_view name, double value);

    /// Lets an array lie in the memory of another object, which must live as long.
    void bind(int array, void* data) { arguments_[static_cast<std::size_t>(array)].data = data; }

    /// All lanes, step 0, one step; to be filled in. Its spans point into this object.
    KernelCall call();
    std::vector<EventList>& events() { return events_; }
    std::span<double> uniforms() { return uniforms_; }

private:
    int array_index(std::string_view name) const;
    void set_element(int array, index at, double value);
    double element(int array, index at) const;

    std::vector<ArrayDeclaration> declared_;
    std::unordered_map<std::string, int> array_at_;
    std::vector<std::string> uniform_names_;
    index lanes_ = 0;
    Scalar scalar_ = Scalar::float64;
    std::vector<Array<std::uint8_t, 1>> memory_;
    std::vector<ArrayArgument> arguments_;
    std::vector<double> uniforms_;
    std::vector<const void*> functions_;
    std::vector<EventList> events_;
};

}  // namespace ranvier::compile
