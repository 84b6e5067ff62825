#include <gtest/gtest.h>

#include "tests/language/texts.hpp"

namespace ranvier::language {

TEST(UnitInExpression, is_a_whole_name_or_a_symbol_in_use) {
    for (const char* name :
         {"volt", "mvolt", "msecond", "metre2", "mV", "uS", "µS",  "fF", "Mohm",    "ohm",      "kHz",     "Hz",
          "cm",   "cm2",   "um3",     "mM",     "pA", "nC", "mol", "fT", "siemens", "kilogram", "daampere"}) {
        EXPECT_TRUE(unit_in_expression(name)) << name;
    }
    for (const char* name : {"V",  "A",  "m",     "s",  "S", "Mg2", "Mg", "Km",     "gK",      "kT",
                             "dV", "cA", "clamp", "EA", "x", "",    "Pm", "volt2x", "xsecond", "GA"}) {
        EXPECT_FALSE(unit_in_expression(name)) << name;
    }
}

TEST(UnitInExpression, that_every_text_may_use_names_no_variable) {
    EXPECT_TRUE(reserved_unit("mV"));
    EXPECT_TRUE(reserved_unit("volt"));
    EXPECT_FALSE(reserved_unit("fT"));
    EXPECT_EQ(mistakes("fT = 2 : 1\nx = fT + 1 : 1"), "");  // the variable wins
}

}  // namespace ranvier::language
