#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

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
AddCommand add_demo, add_info, add_meeg, add_report, add_data, add_learn, add_model, add_doctor;
/// All of them, as the help lists them.
inline constexpr AddCommand* commands[] = {add_demo, add_info,  add_meeg,  add_report,
                                           add_data, add_learn, add_model, add_doctor};

/// The versions that a report or `ranvier doctor` shows.
provenance::NamedValues versions();

/// A record of this run to fill: command and versions.
provenance::RunRecord new_run(const Common& common);

/// `text` as a line on stdout, the only place where data goes.
void print(const std::string& text);

/// `result` as JSON under --json, else `lines` as "label: value".
void print(const Common& common, const Json& result, const provenance::NamedValues& lines);

/// `table` as JSON under --json, else a line for each entry: its name, to `width`, and its value.
void print_table(const Common& common, const Json& table, std::size_t width);

}  // namespace ranvier::cli
