#include "ranvier/provenance/run_record.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "ranvier/base/error.hpp"

using namespace ranvier;

// SHA-256 of "abc": FIPS 180-4, the example of appendix B.1.
constexpr const char* digest_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(RunRecord, is_written_as_one_object) {
    provenance::RunRecord run;
    run.command = "ranvier demo";
    run.parameters = {{"reference", "average"}};
    run.timings = {{"read", 0.5}};
    run.inputs = {provenance::text_input("x.model", "abc")};
    EXPECT_EQ(provenance::json(run),
              nlohmann::ordered_json::parse(
                  R"({"command": "ranvier demo", "parameters": [{"name": "reference", "value": "average"}],
        "versions": [], "timings": [{"step": "read", "seconds": 0.5}],
        "inputs": [{"path": "x.model", "bytes": 3, "sha256": ")" +
                  std::string(digest_of_abc) + R"("}]})"));
}

TEST(RunRecord, knows_size_and_digest_of_a_file) {
    const auto path = std::filesystem::temp_directory_path() / ("ranvier-input-" + std::to_string(getpid()));
    std::ofstream(path) << "abc";
    EXPECT_EQ(provenance::file_input(path).path, path.string());
    const provenance::Input input = provenance::file_input(path, "x.edf");
    std::filesystem::remove(path);
    EXPECT_EQ(input.path, "x.edf");
    EXPECT_EQ(input.bytes, 3U);
    EXPECT_EQ(input.sha256, digest_of_abc);
    EXPECT_THROW(provenance::file_input(path), FileError);
}

TEST(RunRecord, quotes_a_command_so_that_a_shell_takes_it) {
    EXPECT_EQ(provenance::shell_command({"ranvier", "report", "my file.edf", "--set=I=50*nA", "it's", ""}),
              R"(ranvier report 'my file.edf' '--set=I=50*nA' 'it'\''s' '')");
}
