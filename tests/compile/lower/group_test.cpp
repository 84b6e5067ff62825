// Programs of networks: where a name's value lies, and what must run in order.
#include "ranvier/compile/lower/group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ranvier::compile {
namespace {

using language::Side;
using testing::HasSubstr;

/// Neurons with v and g, and a shared value.
struct Neurons {
    language::Model model;
    Group group;

    explicit Neurons(const std::string& prefix) {
        language::Parts parts;
        parts.equations =
            "dv/dt = (g - v)/(10*ms) : 1 (unless refractory)\ng : 1\nI : 1 (shared)\nk : integer\ntwice = 2*g : 1";
        parts.refractory = "2*ms";
        model = language::model(parts);
        group.model = &model;
        group.prefix = prefix;
        group.place = [prefix](std::string_view name) -> std::optional<Place> {
            const bool known = name == "v" || name == "g" || name == "I" || name == "k" || name == "lastspike" ||
                               name == "not_refractory";
            if (!known) {
                return std::nullopt;
            }
            const Type type = name == "k" ? Type::integer : name == "not_refractory" ? Type::boolean : Type::real;
            const Storage storage = name == "k"                ? Storage::int32
                                    : name == "not_refractory" ? Storage::boolean
                                                               : Storage::float64;
            return Place{name == "I" ? Place::Reach::shared : Place::Reach::element, type, storage,
                         prefix + "." + std::string(name), ""};
        };
    }
};

struct Joined {
    Neurons pre{"pre"}, post{"post"};
    language::Model model;
    language::Scope scope;
    Group group;

    Joined() {
        language::Parts parts;
        parts.kind = language::Kind::synapse;
        parts.equations = "w : 1";
        scope.pre = &pre.model;
        scope.post = &post.model;
        model = language::model(parts, scope);
        group.model = &model;
        group.pre = &pre.group;
        group.post = &post.group;
        group.place = [](std::string_view name) -> std::optional<Place> {
            if (name == "_pre" || name == "_post") {
                return Place{Place::Reach::element, Type::integer, Storage::int32, "own." + std::string(name), ""};
            }
            return name == "w" ? std::optional(Place{Place::Reach::element, Type::real, Storage::float32, "own.w", ""})
                               : std::nullopt;
        };
    }
    Block block(const std::string& text) const {
        return block_program(group, language::checked_statements(text, model, scope).statements,
                             {Elements::listed, true, true});
    }
};

TEST(GroupPrograms, a_name_is_reached_by_element_by_index_or_is_shared) {
    const Joined joined;
    const std::string program = text(joined.block("w = v_pre + I_post").program);
    EXPECT_THAT(program, HasSubstr("array elements integer lanes int32"));
    EXPECT_THAT(program, HasSubstr("array own.w real elements float32"));
    EXPECT_THAT(program, HasSubstr("array pre.v real elements float64"));
    EXPECT_THAT(program, HasSubstr("uniform post.I real"));
    EXPECT_THAT(program, testing::Not(HasSubstr("post.v")));
}

TEST(GroupPrograms, what_only_adds_is_summed_once_for_each_element_in_their_order) {
    const Joined joined;
    const Block block = joined.block("g_post += w; g_post -= 0.5; k_pre += 2");
    EXPECT_FALSE(block.serial);
    ASSERT_EQ(block.sums.size(), 2);
    EXPECT_EQ(block.sums[0].variable, "g");
    EXPECT_FALSE(block.sums[0].rests);
    EXPECT_EQ(block.sums[1].side, Side::pre);
    const std::string program = text(block.program);
    EXPECT_EQ(program.find("accumulate sum.post.g"), program.rfind("accumulate sum.post.g"));
}

TEST(GroupPrograms, sums_into_what_rests_leave_refractory_neurons_out) {
    const Joined joined;
    const Block block = joined.block("v_post += w");
    ASSERT_EQ(block.sums.size(), 1);
    EXPECT_TRUE(block.sums[0].rests);
    EXPECT_THAT(text(block.program), HasSubstr("array post.not_refractory boolean elements"));
}

TEST(GroupPrograms, what_reads_what_other_synapses_write_runs_in_order) {
    const Joined joined;
    EXPECT_TRUE(joined.block("g_post += w*g_post").serial);
    EXPECT_TRUE(joined.block("g_post += w; w = v_post + g_post").serial);
    EXPECT_TRUE(joined.block("g_post += w; w = twice_post").serial);  // through a subexpression
    EXPECT_TRUE(joined.block("g_post *= 2").serial);
    EXPECT_TRUE(joined.block("g_post += w; g_post = 0").serial);
    EXPECT_FALSE(joined.block("g_post = v_pre").serial);  // the last one wins
    EXPECT_FALSE(joined.block("w = clip(w + g_post, 0, 1)").serial);
}

TEST(GroupPrograms, what_all_share_is_not_written_by_each) {
    const Neurons neurons("own");
    EXPECT_THAT([&] { block_program(neurons.group, language::checked_statements("I = v", neurons.model).statements); },
                testing::ThrowsMessage<InvalidInput>(HasSubstr("'I' has no value of its own for each element")));
}

}  // namespace
}  // namespace ranvier::compile
