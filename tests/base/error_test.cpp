// value.hpp first: its text_of quotes what becomes a Value, and messages must not.
#include "ranvier/base/value.hpp"

#include <gtest/gtest.h>

#include <string>

#include "ranvier/base/error.hpp"

namespace ranvier {

namespace {

template <class... Parts>
std::string broken(const Parts&... parts) {
    try {
        require(false, parts...);
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST(Require, puts_its_message_together_from_words_numbers_and_callables) {
    EXPECT_EQ(broken("n must be > ", 1, "; got '", std::string("x"), "'"), "n must be > 1; got 'x'");
    EXPECT_EQ(broken("0.1 is ", 0.1, ", tiny ", 1e-14, ", single ", 0.1F), "0.1 is 0.1, tiny 1e-14, single 0.1");
    EXPECT_EQ(broken(std::string_view("a"), 'c', [] { return "d"; }), "acd");
}

}  // namespace ranvier
