#include "ranvier/compile/lower/memory.hpp"

#include <algorithm>
#include <cstring>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/lower/lower.hpp"

namespace ranvier::compile {

Memory::Memory(const Program& program, const language::Model& model, index lanes, Scalar scalar, index rows)
    : declared_(program.arrays),
      lanes_(lanes),
      scalar_(scalar),
      uniforms_(program.uniforms.size(), 0.0),
      functions_(addresses(program, model)),
      events_(program.events.size()) {
    require(lanes >= 1, [&] { return "a kernel works on at least one lane; got " + text_of(lanes); });
    for (const UniformDeclaration& u : program.uniforms) {
        uniform_names_.push_back(u.name);
        if (u.name == "N") {
            uniforms_[uniform_names_.size() - 1] = static_cast<double>(lanes);
        }
    }
    for (const ArrayDeclaration& a : declared_) {
        array_at_.emplace(a.name, static_cast<int>(array_at_.size()));
        const bool recording = a.kind == ArrayKind::recording;
        // Each row of booleans too begins at a multiple of 64 bytes, so that a call may begin at any row.
        const index width = recording ? (padded(lanes) + 63) / 64 * 64 : padded(lanes);
        const index elements = recording ? rows * width : width;
        memory_.emplace_back(
            Array<std::uint8_t, 1>::Extents{std::max<index>(elements * element_bytes(storage(a, scalar)), 64)});
        arguments_.push_back({memory_.back().data(), recording ? rows : width, recording ? width : 0});
        if (a.name.ends_with(".beyond")) {
            set(a.name, 1);
        }
    }
    if (has_array("not_refractory")) {
        set("not_refractory", 1);
    }
    if (has_array("lastspike")) {
        set("lastspike", -1e4);
    }
}

int Memory::find_array(std::string_view name) const {
    const auto found = array_at_.find(std::string(name));
    return found == array_at_.end() ? -1 : found->second;
}

int Memory::array_index(std::string_view name) const {
    const int found = find_array(name);
    require(found >= 0, [&] { return "the program has no array '" + std::string(name) + "'"; });
    return found;
}

bool Memory::has_uniform(std::string_view name) const {
    return std::find(uniform_names_.begin(), uniform_names_.end(), name) != uniform_names_.end();
}

std::span<double> Memory::reals(std::string_view name) {
    const int at = array_index(name);
    ensure(storage(declared_[static_cast<std::size_t>(at)], scalar_) == Storage::float64, "an array of float64");
    return {static_cast<double*>(data(at)), static_cast<std::size_t>(lanes_)};
}

void Memory::set_element(int array, index at, double value) {
    void* data = arguments_[static_cast<std::size_t>(array)].data;
    switch (storage(declared_[static_cast<std::size_t>(array)], scalar_)) {
        case Storage::boolean: static_cast<std::uint8_t*>(data)[at] = value != 0 ? 1 : 0; break;
        case Storage::int64: static_cast<std::int64_t*>(data)[at] = static_cast<std::int64_t>(value); break;
        case Storage::int32: static_cast<std::int32_t*>(data)[at] = static_cast<std::int32_t>(value); break;
        case Storage::uint16: static_cast<std::uint16_t*>(data)[at] = static_cast<std::uint16_t>(value); break;
        case Storage::float64:
            static_cast<double*>(data)[at] = std::abs(value) < 0x1p-1022 ? 0 : value;  // no subnormal numbers
            break;
        default: static_cast<float*>(data)[at] = std::abs(value) < 0x1p-126 ? 0 : static_cast<float>(value);
    }
}

double Memory::element(int array, index at) const {
    const void* data = arguments_[static_cast<std::size_t>(array)].data;
    switch (storage(declared_[static_cast<std::size_t>(array)], scalar_)) {
        case Storage::boolean: return static_cast<const std::uint8_t*>(data)[at];
        case Storage::int64: return static_cast<double>(static_cast<const std::int64_t*>(data)[at]);
        case Storage::int32: return static_cast<const std::int32_t*>(data)[at];
        case Storage::uint16: return static_cast<const std::uint16_t*>(data)[at];
        case Storage::float64: return static_cast<const double*>(data)[at];
        default: return static_cast<double>(static_cast<const float*>(data)[at]);
    }
}

void Memory::set(std::string_view name, double value) {
    const int at = array_index(name);
    for (index k = 0; k < padded(lanes_); ++k) {
        set_element(at, k, value);
    }
}

void Memory::set(std::string_view name, std::span<const double> values) {
    const int at = array_index(name);
    require(static_cast<index>(values.size()) == lanes_, [&] {
        return "'" + std::string(name) + "' must have one value for each of the " + text_of(lanes_) + " lanes; got " +
               text_of(values.size());
    });
    for (index k = 0; k < padded(lanes_); ++k) {  // the padding is computed too: with values that make sense
        set_element(at, k, values[static_cast<std::size_t>(std::min(k, lanes_ - 1))]);
    }
}

double Memory::value(std::string_view name, index lane) const { return element(array_index(name), lane); }

double Memory::recorded(std::string_view name, index row, index lane) const {
    const int at = array_index(std::string(name) + ".recorded");
    return element(at, row * arguments_[static_cast<std::size_t>(at)].row_stride + lane);
}

void Memory::set_uniform(std::string_view name, double value) {
    const auto found = std::find(uniform_names_.begin(), uniform_names_.end(), name);
    require(found != uniform_names_.end(), [&] { return "the program has no uniform '" + std::string(name) + "'"; });
    uniforms_[static_cast<std::size_t>(found - uniform_names_.begin())] = value;
}

bool Memory::give(std::string_view name, double value) {
    if (has_uniform(name)) {
        set_uniform(name, value);
        return true;
    }
    if (has_array(name)) {
        set(name, value);
        return true;
    }
    return false;
}

KernelCall Memory::call() {
    KernelCall call;
    call.end = lanes_;
    call.arrays = arguments_;
    call.uniforms = uniforms_;
    call.functions = functions_;
    call.events = events_;
    return call;
}

}  // namespace ranvier::compile
