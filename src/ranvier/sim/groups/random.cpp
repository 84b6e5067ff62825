#include "ranvier/sim/groups/random.hpp"

#include <algorithm>
#include <random>

namespace ranvier::sim {

std::uint64_t fresh_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

Randomness& randomness() {
    static Randomness all{fresh_seed(), 0, {}, {}};  // nobody set a seed: each process draws others
    return all;
}

void set_seed(std::uint64_t seed) {
    Randomness& all = randomness();
    all.seed = seed;
    all.immediate = 0;
    for (auto& [object, count] : all.counts) {  // in place: codes point at them
        count = 0;
    }
}

std::uint32_t object_number(std::string_view object, std::string_view role) {
    const auto drawing = [](std::string_view name) {
        const auto& names = randomness().names;
        const auto found = names.find(name);
        return found == names.end() ? std::string(name) : found->second;
    };
    return object_number(drawing(object) + "/" + drawing(role));
}

std::uint32_t object_number(std::string_view name) {
    std::uint32_t hash = 2166136261u;  // FNV-1a
    for (const char c : name) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
    }
    return hash;
}

Draws draws_of(const compile::Program& program, std::string_view object, std::string_view role) {
    const std::uint32_t number = object_number(object, role);
    const bool draws = std::ranges::any_of(program.instructions, [](const compile::Instruction& i) {
        return i.op == compile::Op::random_uniform || i.op == compile::Op::random_normal;
    });
    return {number, draws ? &randomness().counts[number] : nullptr};
}

}  // namespace ranvier::sim
