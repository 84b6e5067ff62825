#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "ranvier/base/random.hpp"
#include "ranvier/compile/ir/program.hpp"

namespace ranvier::sim {

/// The state of the random numbers of all networks: a seed, and how often each object has drawn. Counters belong to
/// names, not to what is compiled: run(a); run(b) draws what run(a + b) draws.
struct Randomness {
    std::uint64_t seed = 0;
    std::int64_t immediate = 0;                    ///< evaluations outside of runs
    std::map<std::uint32_t, std::int64_t> counts = {};  ///< by object_number
    /// Names under which objects draw, where theirs depend on what else there is.
    std::map<std::string, std::string, std::less<>> names = {};
    std::function<std::uint64_t()> source = {};  ///< seeds of those who set none; empty: one is set
    bool due = false;                            ///< `source` is asked when the next number is drawn
};
Randomness& randomness();

/// From here on the numbers of this seed are drawn, from their first.
void set_seed(std::uint64_t seed);
/// As long as nobody sets a seed, what begins (a network, a statement outside of runs) and draws asks for one.
void set_seed_source(std::function<std::uint64_t()> source);
/// Something begins: where nobody set a seed, the next number drawn is the first of a new one.
void random_numbers_begin();
/// A seed that no other process has.
std::uint64_t fresh_seed();

/// The number of an object in the keys of random numbers: of its name alone, so that one script draws the same.
std::uint32_t object_number(std::string_view name);
/// The number of something that an object does; both by the names under which they draw.
std::uint32_t object_number(std::string_view object, std::string_view role);

/// Whose random numbers a program draws, and how often it has drawn.
struct Draws {
    std::uint32_t object = 0;
    std::int64_t* count = nullptr;  ///< null: it draws none
    /// The number of its next drawing, of which it makes several.
    std::int64_t next(std::int64_t several = 1) const;
};
Draws draws_of(const compile::Program& program, std::string_view object, std::string_view role);

/// The number of a drawing outside of a run.
std::int64_t next_immediate();
/// What is drawn while synapses are made; where nothing is, no seed is asked for.
RandomStream next_connect_stream(bool drawn);
/// For states that are stored: what is drawn from here on can be drawn again, so no other seed is asked for.
const Randomness& kept_randomness();

}  // namespace ranvier::sim
