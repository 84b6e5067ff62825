#include "ranvier/units/dimension.hpp"

#include <gtest/gtest.h>

#include <string>

#include "ranvier/base/error.hpp"

namespace ranvier::units {

namespace {

std::string message_of(const auto& body) {
    try {
        body();
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "(no error)";
}

}  // namespace

TEST(Unit, named_ones_have_the_dimension_that_the_si_brochure_gives) {
    EXPECT_EQ(text(unit("volt").dimension), "m^2 kg s^-3 A^-1");
    EXPECT_EQ(text(unit("S").dimension), "m^-2 kg^-1 s^3 A^2");
    EXPECT_EQ(unit("V").dimension, unit("W").dimension / unit("A").dimension);
    EXPECT_EQ(unit("ohm").dimension * unit("siemens").dimension, Dimension{});
    EXPECT_EQ(unit("F").dimension, unit("C").dimension / unit("V").dimension);
    EXPECT_EQ(unit("T").dimension, unit("Wb").dimension / pow(unit("metre").dimension, 2));
    EXPECT_EQ(unit("katal").dimension, unit("mol").dimension / unit("s").dimension);
}

TEST(Unit, prefixes_scale_names_and_symbols) {
    EXPECT_DOUBLE_EQ(unit("mV").scale, 1e-3);
    EXPECT_DOUBLE_EQ(unit("mvolt").scale, 1e-3);
    EXPECT_DOUBLE_EQ(unit("uS").scale, 1e-6);
    EXPECT_DOUBLE_EQ(unit("µS").scale, 1e-6);
    EXPECT_DOUBLE_EQ(unit("fT").scale, 1e-15);
    EXPECT_DOUBLE_EQ(unit("Mohm").scale, 1e6);
    EXPECT_DOUBLE_EQ(unit("mM").scale, 1);  // a millimolar is a mole per cubic metre
    EXPECT_EQ(unit("mV").dimension, unit("V").dimension);
}

TEST(Unit, plain_names_win_over_prefixed_ones) {
    EXPECT_EQ(text(unit("cd").dimension), "cd");
    EXPECT_EQ(unit("Pa").dimension, unit("pascal").dimension);
    EXPECT_DOUBLE_EQ(unit("T").scale, 1);
}

TEST(Unit, a_digit_behind_a_name_is_a_power_of_the_prefixed_unit) {
    EXPECT_DOUBLE_EQ(unit("cm2").scale, 1e-4);
    EXPECT_EQ(text(unit("cm2").dimension), "m^2");
    EXPECT_DOUBLE_EQ(unit("um3").scale, 1e-18);
}

TEST(Unit, an_unknown_name_is_refused_with_near_ones) {
    const std::string message = message_of([] { unit("vlot"); });
    EXPECT_EQ(message.rfind("there is no unit 'vlot'", 0), 0U) << message;
    EXPECT_NE(message.find("'volt'"), std::string::npos) << message;
    EXPECT_EQ(message_of([] { unit(""); }).rfind("there is no unit ''", 0), 0U);
}

TEST(Dimension, square_roots_are_exact) {
    const Dimension root = pow(unit("s").dimension, 0.5);
    EXPECT_EQ(root * root, unit("s").dimension);
    EXPECT_EQ(text(pow(unit("s").dimension, -0.5)), "s^(-1/2)");
    EXPECT_EQ(text(pow(unit("m").dimension, 2.0 / 3)), "m^(2/3)");
    EXPECT_TRUE((root / root).dimensionless());
    EXPECT_EQ(text(Dimension{}), "1");
}

TEST(Dimension, is_named_as_equations_write_it) {
    const auto of = [](const char* numerator, const char* denominator) {
        return name(unit(numerator).dimension / unit(denominator).dimension);
    };
    EXPECT_EQ(name(Dimension{}), "1");
    EXPECT_EQ(name(unit("mV").dimension), "volt");
    EXPECT_EQ(of("volt", "second"), "volt/second");
    EXPECT_EQ(of("siemens", "cm2"), "siemens/metre**2");
    EXPECT_EQ(of("radian", "second"), "hertz");
    EXPECT_EQ(of("radian", "cm2"), "1/metre**2");
    EXPECT_EQ(name(unit("volt").dimension / pow(unit("second").dimension, 0.5)), "volt*second**-0.5");
    EXPECT_EQ(name(pow(unit("metre").dimension, 1.0 / 3) * unit("candela").dimension), "metre**(1/3)*candela");
}

TEST(Unit, that_is_not_there_can_be_looked_up_without_an_error) {
    EXPECT_FALSE(find_unit("vlot"));
    ASSERT_TRUE(find_unit("kilogram"));
    EXPECT_EQ(find_unit("kilogram")->scale, 1);
    EXPECT_EQ(find_unit("kg")->scale, 1);
}

TEST(Dimension, refuses_exponents_that_are_not_twelfths) {
    EXPECT_EQ(message_of([] { pow(unit("s").dimension, 0.1); }),
              "a unit's exponent must be a multiple of 1/12; s to the power 0.1 is not");
}

}  // namespace ranvier::units
