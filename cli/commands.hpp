#pragma once

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ranvier/formats/format.hpp"
#include "ranvier/provenance/run_record.hpp"

namespace ranvier::cli {

using Json = nlohmann::ordered_json;

/// What the shell sees.
enum ExitCode : int { ok = 0, failure = 1, usage = 2, invalid_input = 3 };

/// Settings that every command shares.
struct Common {
    bool json = false;
    bool quiet = false;
    int threads = 0;      ///< 0: all processors
    std::string command;  ///< as it was typed
};

/// Adds a command (with its sub-commands) to the program. What a command does is its callback.
using AddCommand = void(CLI::App& app, const Common& common);
AddCommand add_demo, add_info, add_meeg, add_report, add_data, add_learn, add_model, add_sim, add_doctor,
    add_completion;
/// All of them, as the help lists them.
inline constexpr AddCommand* commands[] = {add_demo,  add_info,  add_meeg, add_report, add_data,
                                           add_learn, add_model, add_sim,  add_doctor, add_completion};

/// The commands inside one, in the order of the help; their names; the long flags that may follow its name, its own and
/// those of the commands around it ("--l-freq").
std::vector<CLI::App*> subcommands(const CLI::App& command);
std::vector<std::string> names_inside(const CLI::App& command);
std::vector<std::string> flags_of(const CLI::App& command);

/// What the help of a command ends with: examples as they are typed, and perhaps a note.
void explain(CLI::App* command, const std::vector<std::string>& examples, const std::string& note = {});

/// The versions that a report or `ranvier doctor` shows.
provenance::NamedValues versions();

/// A record of this run to fill: command and versions.
provenance::RunRecord new_run(const Common& common);

/// `text` as a line on stdout, the only place where data goes. What would steer a terminal (a file may hold such) is
/// shown as \x1b.
void print(const std::string& text);
std::string printable(const std::string& text);

/// JSON on stdout; control characters are escaped, and bytes that are no UTF-8 (in names of files) become U+FFFD.
void print_json(const Json& json);

/// `result` as JSON under --json, else `lines` as "label: value".
void print(const Common& common, const Json& result, const provenance::NamedValues& lines);

/// `table` as JSON under --json, else a line for each entry: its name, to `width`, and its value.
void print_table(const Common& common, const Json& table, std::size_t width);

/// Says that `goal` was written: {"written": goal} with `more` under --json, else its path.
void print_written(const Common& common, const std::filesystem::path& goal, const Json& more = Json::object());

/// Throws InvalidInput where `goal` is `input`.
void check_other_file(const std::filesystem::path& goal, const std::filesystem::path& input);
/// Refuses before the work what writing would refuse after it, and a goal that is the input.
/// @throws FileError, InvalidInput  as ranvier::check_goal
void check_output(const std::filesystem::path& goal, const std::filesystem::path& input, bool overwrite);
/// The same, and that a format with the goal's extension has the writer `write` (&formats::Format::write_raw).
template <class Write>
void check_output(const std::filesystem::path& goal, const std::filesystem::path& input, Write write, bool overwrite) {
    check_other_file(goal, input);
    formats::check_goal(goal, write, overwrite);
}
/// Makes a folder for results, and those around it. @throws FileError
void make_folder(const std::filesystem::path& folder);

}  // namespace ranvier::cli
