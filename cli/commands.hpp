#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace ranvier::cli {

using Json = nlohmann::ordered_json;

/// What the shell sees.
enum ExitCode : int { ok = 0, failure = 1, usage = 2, invalid_input = 3, interrupted = 130 };

/// Settings that every command shares.
struct Common {
    bool json = false;
    bool quiet = false;
    int threads = 0;  ///< 0: all processors
};

// Each function adds one command (with its sub-commands) to the program. What a command does is its callback.
void add_demo(CLI::App& app, const Common& common);
void add_info(CLI::App& app, const Common& common);
void add_meeg(CLI::App& app, const Common& common);
void add_report(CLI::App& app, const Common& common);
void add_data(CLI::App& app, const Common& common);
void add_learn(CLI::App& app, const Common& common);
void add_model(CLI::App& app, const Common& common);
void add_doctor(CLI::App& app, const Common& common);

/// The versions that a report or `ranvier doctor` shows.
std::vector<std::pair<std::string, std::string>> versions();

/// `text` as a line on stdout, the only place where data goes.
void print(const std::string& text);

}  // namespace ranvier::cli
