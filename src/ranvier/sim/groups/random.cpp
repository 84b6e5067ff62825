#include "ranvier/sim/groups/random.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace ranvier::sim {

std::uint64_t fresh_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

Randomness& randomness() {
    static Randomness all{.seed = fresh_seed()};  // nobody set a seed: each process draws others
    return all;
}

namespace {

void begin_with(std::uint64_t seed) {
    Randomness& all = randomness();
    all.due = false;
    all.seed = seed;
    all.immediate = 0;
    for (auto& [object, count] : all.counts) {  // in place: codes point at them
        count = 0;
    }
}

void ask_if_due() {
    if (randomness().due) {
        begin_with(randomness().source());
    }
}

}  // namespace

void set_seed(std::uint64_t seed) {
    randomness().source = nullptr;
    begin_with(seed);
}

void set_seed_source(std::function<std::uint64_t()> source) {
    randomness().source = std::move(source);
    randomness().due = true;
}

void random_numbers_begin() { randomness().due = static_cast<bool>(randomness().source); }

std::int64_t Draws::next(std::int64_t several) const {
    if (!count) {
        return 0;
    }
    ask_if_due();
    return std::exchange(*count, *count + several);
}

const Randomness& kept_randomness() {
    ask_if_due();
    randomness().source = nullptr;
    return randomness();
}

std::int64_t next_immediate() {
    random_numbers_begin();
    ask_if_due();
    return randomness().immediate++;
}

RandomStream next_connect_stream(bool drawn) {
    const auto number = static_cast<std::uint32_t>(drawn ? next_immediate() : 0);
    return RandomStream(randomness().seed, object_number("connect"), number);
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
