#include "ranvier/base/process.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace ranvier {
namespace {

TEST(Process, says_status_and_output_of_a_program) {
    const ProcessResult result = run_process({"sh", "-c", "echo out; echo err >&2; exit 3"}, [] {});
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.output, "out\nerr\n");
}

TEST(Process, an_absent_program_has_status_127) {
    EXPECT_EQ(run_process({"no-such-program-anywhere"}, [] {}).status, 127);
}

TEST(Process, arguments_reach_the_program_as_they_are) {
    EXPECT_EQ(run_process({"printf", "%s|%s", "a b", "$HOME;'"}, [] {}).output, "a b|$HOME;'");
}

TEST(Process, keeps_the_end_of_a_long_output) {
    const ProcessResult result = run_process({"sh", "-c", "seq 100000"}, [] {});
    EXPECT_LE(result.output.size(), 4096u);
    EXPECT_TRUE(result.output.ends_with("99999\n100000\n"));
}

TEST(Process, an_interrupt_ends_the_program) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THROW(run_process({"sleep", "30"}, [] { request_interrupt(); }), Interrupted);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace ranvier
