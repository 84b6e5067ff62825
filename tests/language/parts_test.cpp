// A checked model as texts again.
#include "ranvier/language/parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/language/diagnostic.hpp"
#include "tests/language/texts.hpp"

namespace ranvier::language {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What decides how a model moves, as text.
std::string said(const Parts& parts) {
    std::string all = parts.equations + "|" + parts.threshold + "|" + parts.reset + "|" + parts.refractory;
    for (const auto* blocks : {&parts.events, &parts.on_event, &parts.on_pre, &parts.on_post, &parts.updates}) {
        for (const auto& [name, text] : *blocks) {
            all += "|" + name + ": " + text;
        }
    }
    return all;
}

/// The neurons that a synapse joins, as far as it uses them.
Model neurons_with(const std::vector<Variable>& variables) {
    Model model;
    for (const Variable& v : variables) {
        model.parameters.emplace_back();
        static_cast<Variable&>(model.parameters.back()) = v;
    }
    return model;
}

TEST(Parts, every_model_that_comes_with_Ranvier_reads_as_the_same_model_again) {
    for (const std::string& name : model_names()) {
        const Model model = loaded(name);
        const Parts once = parts_of(model);
        const Model pre = neurons_with(model.pre), post = neurons_with(model.post);
        Scope scope;
        scope.pre = &pre;
        scope.post = &post;
        const Checked again = checked(once, scope);
        ASSERT_EQ(rendered(again.diagnostics, {{once.name, once.equations}}), "") << name << "\n" << once.equations;
        EXPECT_EQ(said(parts_of(again.model)), said(once)) << name;
        EXPECT_EQ(again.model.states.size(), model.states.size()) << name;
        EXPECT_EQ(again.model.noisy(), model.noisy()) << name;
    }
}

TEST(Parts, what_counts_only_where_it_is_passed_still_does) {
    const Model model = checked_file(
                            "model: cell\nkind: system\nequations:\n    du/dt = -u/(1*second) : 1\n"
                            "event low: u falls below 0.1\non low: u = 1\nthreshold: u rises above 2\n",
                            "cell.model")
                            .model;
    const Parts parts = parts_of(model);
    EXPECT_EQ(parts.threshold, "u rises above 2");
    EXPECT_THAT(parts.events, testing::ElementsAre(std::pair<std::string, std::string>("low", "u falls below 0.1")));
    EXPECT_THAT(parts.on_event, testing::ElementsAre(std::pair<std::string, std::string>("low", "u = 1\n")));
}

TEST(Parts, parameters_whose_values_come_from_outside_are_left_out) {
    const Model model = loaded("leaky_integrate_and_fire");
    const Parts parts = parts_of(model, [](const Parameter& p) { return p.name != "I"; });
    EXPECT_THAT(parts.equations, HasSubstr("I : nA (constant)"));
    EXPECT_THAT(parts.equations, Not(HasSubstr("\ntau_m : ")));
}

}  // namespace
}  // namespace ranvier::language
