#include <array>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "commands.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/version.hpp"

namespace ranvier::cli {

void print(const std::string& text) { std::cout << text << '\n'; }

void print(const Common& common, const Json& result, const provenance::NamedValues& lines) {
    if (common.json) {
        print(result.dump(2));
        return;
    }
    for (const auto& [label, value] : lines) {
        print(label + ": " + value);
    }
}

void print_table(const Common& common, const Json& table, std::size_t width) {
    if (common.json) {
        print(table.dump(2));
        return;
    }
    for (const auto& [name, value] : table.items()) {
        print(name + std::string(std::max(width, name.size() + 1) - name.size(), ' ') +
              (value.is_string() ? value.get<std::string>() : value.dump()));
    }
}

namespace {

// Ctrl-C, and how terminals, batch systems and containers end a program: files that were begun are taken away first.
constexpr std::array ending_signals = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};

volatile std::sig_atomic_t received = 0;

extern "C" void on_interrupt(int number) {
    // The second one ends the program at once, should a step not look up.
    std::signal(number, SIG_DFL);
    received = number;
    request_interrupt();
}

/// Names that could have stood where the parser met something it does not know.
std::vector<std::string> known_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) {
        names.push_back(command->get_name());
    }
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    return names;
}

/// The innermost command that was named before parsing stopped.
const CLI::App& innermost(const CLI::App& app, int argc, char** argv) {
    const CLI::App* current = &app;
    for (int k = 1; k < argc; ++k) {
        for (const CLI::App* command : current->get_subcommands({})) {
            if (command->get_name() == argv[k]) {
                current = command;
                break;
            }
        }
    }
    return *current;
}

int usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
    const CLI::App& command = innermost(app, argc, argv);
    std::string hint, said = error.what();
    for (int k = 1; k < argc && hint.empty(); ++k) {
        std::string word = argv[k];
        word = word.substr(0, word.find('='));
        const auto names = known_names(command);
        if (std::find(names.begin(), names.end(), word) == names.end() && word != command.get_name()) {
            hint = did_you_mean(word, names);
            const auto commands = command.get_subcommands([](const CLI::App*) { return true; });
            if (hint.empty() && !commands.empty() && command.get_subcommands().empty() && !word.starts_with('-')) {
                said = "there is no command '" + word + "'; there are ";
                for (const CLI::App* known : commands) {
                    said += (known == commands.front() ? "" : ", ") + known->get_name();
                }
            }
        }
    }
    std::string path;
    for (const CLI::App* a = &command; a; a = a->get_parent()) {
        path = a->get_name() + (path.empty() ? "" : " " + path);
    }
    std::cerr << "ranvier: " << said << hint << "\nSee '" << path << " --help'.\n";
    return usage;
}

int run(int argc, char** argv) {
    CLI::App app{"Computational neuroscience, from the ion channel to the MEG sensor.", "ranvier"};
    app.set_version_flag("--version", "ranvier " + version());
    app.require_subcommand(1);
    app.fallthrough();
    app.get_formatter()->column_width(36);
    Common common;
    common.command = "ranvier " + provenance::shell_command({argv + 1, argv + argc});
    app.add_flag("--json", common.json, "Print results as JSON");
    app.add_flag("-q,--quiet", common.quiet, "No progress on stderr");
    app.add_option("--threads", common.threads, "Threads to use (default: all processors); results do not depend on it")
        ->check(CLI::Range(1, 4096));
    app.footer("Exit status: 0 ok, 1 failure, 2 usage, 3 invalid input or file, 130 interrupted (128 + the signal).");
    for (AddCommand* add : commands) {
        add(app, common);
    }

    // Options are read before commands run, so settings made here hold for all of them.
    std::unique_ptr<ThreadLimit> limit;
    app.parse_complete_callback([&] {
        if (!common.quiet) {
            set_progress_sink(&stderr_progress());
        }
        limit = std::make_unique<ThreadLimit>(common.threads);
    });
    if (argc == 1) {
        std::cout << app.help();
        return ok;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
            return app.exit(error);  // --help and --version
        }
        return usage_error(app, error, argc, argv);
    }
    return ok;
}

}  // namespace

}  // namespace ranvier::cli

int main(int argc, char** argv) {
    using namespace ranvier;
    for (const int number : cli::ending_signals) {
        if (std::signal(number, cli::on_interrupt) == SIG_IGN) {
            std::signal(number, SIG_IGN);  // as nohup wishes
        }
    }
    try {
        const int code = cli::run(argc, argv);
        std::cout.flush();
        if (!std::cout) {
            std::cerr << "ranvier: standard output can't be written\n";
            return cli::failure;
        }
        return code;
    } catch (const Interrupted&) {
        std::cerr << "ranvier: interrupted\n";
        return 128 + cli::received;
    } catch (const std::exception& error) {
        std::cerr << "ranvier: " << error.what() << '\n';
        const bool theirs = dynamic_cast<const InvalidInput*>(&error) || dynamic_cast<const FileError*>(&error);
        return theirs ? cli::invalid_input : cli::failure;
    }
}
