#include "ranvier/base/fields.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ranvier/base/error.hpp"

namespace ranvier {
namespace {

enum class Solver { sgd, adam };

struct Inner {
    int order = 4;
    static Fields fields() { return {"inner", {field("order", &Inner::order, "order").at_least(1)}}; }
};

struct Shared {
    std::string phase = "zero";
    static Fields fields() {
        return {"shared", {field("phase", &Shared::phase, "phase of the filter").one_of({"zero", "minimum"})}};
    }
};

struct Sample : Shared {
    std::vector<double> freqs;
    std::optional<double> width;
    std::optional<double> edge;
    std::string length = "auto";
    std::string design = "firwin";
    int count = 3;
    bool shuffle = true;
    Solver solver = Solver::adam;
    Inner inner;
    std::array<std::int64_t, 2> shape{10, 10};
    Value rank = "info";
    static Fields fields() {
        using O = Sample;
        return {
            "sample",
            with_base<O, Shared>(
                {field("freqs", &O::freqs, "centres of the bands").in("Hz").above(0),
                 field("width", &O::width, "width").in("Hz").none_is("auto"), field("edge", &O::edge, "edge").in("Hz"),
                 field("length", &O::length, "length of the filter").or_number(),
                 field("design", &O::design, "design").one_of({"firwin"}).not_yet("firwin2", "'firwin'"),
                 field("count", &O::count, "how many").at_least(1).at_most(9),
                 field("shuffle", &O::shuffle, "new order in each epoch"),
                 field("solver", &O::solver, "method", {{"sgd", Solver::sgd}, {"adam", Solver::adam}}),
                 field("inner", &O::inner, "of method iir"), field("shape", &O::shape, "rows and columns").at_least(1),
                 field("rank", &O::rank, "whatever")})};
    }
};

std::string refused(std::string_view name, const Value& value) {
    Sample sample;
    try {
        set(sample, name, value);
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "taken";
}

TEST(Fields, SetsWhatIsNamedAndLeavesTheRest) {
    const auto sample = options_from<Sample>({{"freqs", Value::List{50, 100.5}},
                                              {"width", 2},
                                              {"edge", nullptr},
                                              {"length", 101},
                                              {"count", 4.0},
                                              {"shuffle", false},
                                              {"solver", "sgd"},
                                              {"phase", "minimum"},
                                              {"inner", Value::Map{{"order", 2}}},
                                              {"shape", Value::List{5, 6}}});
    EXPECT_THAT(sample.freqs, testing::ElementsAre(50, 100.5));
    EXPECT_EQ(sample.width, 2);
    EXPECT_EQ(sample.edge, std::nullopt);
    EXPECT_EQ(sample.length, "101");
    EXPECT_EQ(sample.count, 4);
    EXPECT_FALSE(sample.shuffle);
    EXPECT_EQ(sample.solver, Solver::sgd);
    EXPECT_EQ(sample.phase, "minimum");
    EXPECT_EQ(sample.inner.order, 2);
    EXPECT_EQ(sample.shape[1], 6);
    EXPECT_EQ(sample.design, "firwin");
}

TEST(Fields, OneNumberStandsForAListOfOne) {
    EXPECT_THAT(options_from<Sample>({{"freqs", 50}}).freqs, testing::ElementsAre(50));
}

TEST(Fields, WhatIsWrittenReadsBack) {
    Sample sample;
    set(sample, "width", "auto");
    set(sample, "solver", "sgd");
    set(sample, "shape", Value::List{2, 3});
    const auto again = options_from<Sample>(values_of(sample));
    EXPECT_EQ(values_of(again), values_of(sample));
    EXPECT_EQ(fields_of<Sample>().at("width").fallback, Value("auto"));
    EXPECT_EQ(fields_of<Sample>().at("phase").fallback, Value("zero"));
}

TEST(Fields, RefusalsSayNameRuleAndValue) {
    EXPECT_EQ(refused("freqs", Value::List{50, -1}), "freqs must be > 0 Hz; got -1");
    EXPECT_EQ(refused("freqs", "x"), "freqs must be list of float; got 'x'");
    EXPECT_EQ(refused("edge", std::nan("")), "edge must be a number that is not nan; got nan");
    EXPECT_EQ(refused("count", 0), "count must be in [1, 9]; got 0");
    EXPECT_EQ(refused("count", 2.5), "count must be int; got 2.5");
    EXPECT_EQ(refused("count", nullptr), "count must be int; got None");
    EXPECT_EQ(refused("shuffle", "yes"), "shuffle must be bool; got 'yes'");
    EXPECT_EQ(refused("phase", "zeor"), "phase must be one of 'zero', 'minimum'; got 'zeor'; did you mean 'zero'?");
    EXPECT_EQ(refused("solver", "adm"), "solver must be one of 'sgd', 'adam'; got 'adm'; did you mean 'adam'?");
    EXPECT_EQ(refused("design", "firwin2"), "design='firwin2' is not in Ranvier yet; use 'firwin'");
    EXPECT_EQ(refused("inner", Value::Map{{"order", 0}}), "order must be >= 1; got 0");
    EXPECT_EQ(refused("shape", Value::List{1, 2, 3}), "shape must be list of int; got [1, 2, 3]");
    EXPECT_EQ(refused("widht", 1), "sample has no setting 'widht'; did you mean 'width'?");
    EXPECT_EQ(refused("count", 1e300), "count must be in [1, 9]; got 1e+300");
}

TEST(Fields, WordsOfACommandLineAreReadByKind) {
    const Fields& fields = fields_of<Sample>();
    EXPECT_EQ(fields.at("freqs").parsed("50,100.5"), Value(Value::List{50, 100.5}));
    EXPECT_EQ(fields.at("edge").parsed("none"), Value());
    EXPECT_EQ(fields.at("rank").parsed("none"), Value());
    EXPECT_EQ(fields.at("rank").parsed("full"), Value("full"));
    EXPECT_EQ(fields.at("length").parsed("101"), Value("101"));
    EXPECT_EQ(fields.at("shuffle").parsed("false"), Value(false));
    EXPECT_EQ(fields.at("count").parsed("7"), Value(7));
    EXPECT_EQ(fields.at("inner").parsed("order=2"), Value(Value::Map{{"order", 2}}));
    EXPECT_EQ(fields.at("count").parsed("seven"), Value("seven"));
}

}  // namespace
}  // namespace ranvier
