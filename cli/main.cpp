#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "commands.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/utf8.hpp"
#include "ranvier/base/version.hpp"

namespace ranvier::cli {

namespace {

/// A text in which control characters but line breaks and tabs are written as `format` says.
std::string without_control(const std::string& text, const char* format) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto [character, bytes] = first_character(std::string_view(text).substr(at));
        const std::size_t length = std::max<std::size_t>(1, bytes);
        const std::uint32_t code = bytes > 0 ? character : 0;
        const bool control = bytes > 0 && (code < 0x20 || (code >= 0x7f && code < 0xa0));
        if (control && code != '\n' && code != '\t') {
            std::array<char, 12> buffer{};
            std::snprintf(buffer.data(), buffer.size(), format, code);
            out += buffer.data();
        } else {
            out += text.substr(at, length);
        }
        at += length;
    }
    return out;
}

}  // namespace

std::string printable(const std::string& text) { return without_control(text, "\\x%02x"); }

void print(const std::string& text) { std::cout << printable(text) << '\n'; }

void print_json(const Json& json) {
    std::cout << without_control(json.dump(2, ' ', false, Json::error_handler_t::replace), "\\u%04x") << '\n';
}

void print(const Common& common, const Json& result, const provenance::NamedValues& lines) {
    if (common.json) {
        print_json(result);
        return;
    }
    for (const auto& [label, value] : lines) {
        print(label + ": " + value);
    }
}

void print_table(const Common& common, const Json& table, std::size_t width) {
    if (common.json) {
        print_json(table);
        return;
    }
    for (const auto& [name, value] : table.items()) {
        print(name + std::string(std::max(width, name.size() + 1) - name.size(), ' ') +
              (value.is_string() ? value.get<std::string>()
                                 : value.dump(-1, ' ', false, Json::error_handler_t::replace)));
    }
}

void print_written(const Common& common, const std::filesystem::path& goal, const Json& more) {
    if (!common.json) {
        print(goal.string());
        return;
    }
    Json said{{"written", goal.string()}};
    said.update(more);
    print_json(said);
}

void check_other_file(const std::filesystem::path& goal, const std::filesystem::path& input) {
    std::error_code none;
    require(!std::filesystem::equivalent(goal, input, none), [&] {
        return "the result must go to another file than the one that is read; both are '" + goal.string() + "'";
    });
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw FileError(folder, FileError::no_offset, "the folder can't be made: " + error.message());
    }
}

void check_output(const std::filesystem::path& goal, const std::filesystem::path& input, bool overwrite) {
    check_other_file(goal, input);
    check_goal(goal, overwrite);
}

std::vector<CLI::App*> subcommands(const CLI::App& command) {
    return const_cast<CLI::App&>(command).get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> names_inside(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::App* inside : subcommands(command)) {
        names.push_back(inside->get_name());
    }
    return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
    std::vector<std::string> flags;
    for (const CLI::App* a = &command; a; a = a->get_parent()) {
        for (const CLI::Option* option : a->get_options()) {
            for (const std::string& name : option->get_lnames()) {
                if (std::ranges::find(flags, "--" + name) == flags.end()) {
                    flags.push_back("--" + name);
                }
            }
        }
    }
    return flags;
}

void explain(CLI::App* command, const std::vector<std::string>& examples, const std::string& note) {
    std::string text = examples.size() == 1 ? "Example:" : "Examples:";
    for (const std::string& example : examples) {
        text += "\n  ranvier " + example;
    }
    command->footer(text + (note.empty() ? "" : "\n\n" + note));
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

/// Whether `word` is an option of `command`, or of those around it, whose value is the next word.
bool takes_next(const CLI::App* command, const std::string& word) {
    for (const CLI::App* a = command; a; a = a->get_parent()) {
        for (const CLI::Option* option : a->get_options()) {
            if (word.starts_with('-') && option->check_name(word)) {
                return option->get_items_expected_max() > 0;
            }
        }
    }
    return false;
}

/// The innermost command that was named before parsing stopped, the words behind its name, and the first of those that
/// is neither an option nor the value of one ("" where there is none).
struct Innermost {
    const CLI::App* command;
    std::vector<std::string> behind;
    std::string plain;
};

Innermost innermost(const CLI::App& app, const std::vector<std::string>& words) {
    Innermost found{&app, {}, {}};
    bool is_value = false;
    for (const std::string& word : words) {
        const auto inside = subcommands(*found.command);
        const auto named = std::ranges::find_if(inside, [&](const auto* c) { return c->get_name() == word; });
        if (!is_value && found.plain.empty() && named != inside.end()) {
            found = {*named, {}, {}};
            continue;
        }
        found.behind.push_back(word);
        if (!is_value && !word.starts_with('-') && found.plain.empty()) {
            found.plain = word;
        }
        is_value = !is_value && takes_next(found.command, word);
    }
    return found;
}

std::string path_of(const CLI::App& command) {
    return (command.get_parent() ? path_of(*command.get_parent()) + " " : "") + command.get_name();
}

/// "Usage: ranvier info [OPTIONS] FILE"
std::string usage_of(const CLI::App& command) {
    const std::string help = command.help(command.get_parent() ? path_of(*command.get_parent()) : "");
    const std::size_t begin = help.find("Usage:");
    return begin == std::string::npos ? "" : help.substr(begin, help.find('\n', begin) - begin);
}

int usage_error(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words) {
    const auto [command, behind, word] = innermost(app, words);
    const std::vector<std::string> names = names_inside(*command), flags = flags_of(*command);
    std::string said = error.what();
    if (!names.empty() && word.empty() && std::string(error.get_name()) == "RequiredError") {
        said = "'" + path_of(*command) + "' needs a command: " + joined(names);
    } else if (!names.empty() && !word.empty()) {
        const std::string hint = did_you_mean(word, names);
        said = "there is no command '" + word + "'" + (hint.empty() ? "; there are " + joined(names) : hint);
    } else {
        for (const std::string& w : behind) {
            const std::string flag = w.substr(0, w.find('='));
            if (flag.starts_with("--") && std::ranges::find(flags, flag) == flags.end()) {
                const std::string hint = did_you_mean(flag, flags);
                said = "'" + path_of(*command) + "' has no option " + flag + hint;
                break;
            }
        }
    }
    const std::string kind = error.get_name();
    if (names.empty() && (kind == "RequiredError" || kind == "ArgumentMismatch")) {
        said += "\n" + usage_of(*command);
    }
    std::cerr << "ranvier: " << printable(said) << "\nSee '" << path_of(*command) << " --help'.\n";
    return usage;
}

/// `ranvier help meeg filter` is `ranvier meeg filter --help`, and `ranvier version` is `ranvier --version`.
std::vector<std::string> plain_words(const CLI::App& app, std::vector<std::string> words) {
    if (!words.empty() && words.front() == "help") {
        words.erase(words.begin());
        if (innermost(app, words).plain.empty()) {  // else there is no such command, and the words themselves fail
            words.emplace_back("--help");
        }
    } else if (words.size() == 1 && words.front() == "version") {
        words.front() = "--version";
    }
    return words;
}

/// What holds for every command is said in the help of every command.
void say_common_options(CLI::App& app) {
    for (CLI::App* command : subcommands(app)) {
        const std::string own = command->get_footer();
        command->footer((own.empty() ? "" : own + "\n\n") +
                        "Everywhere: --json prints results as JSON, -q or --quiet no progress, --threads N bounds "
                        "threads.");
        say_common_options(*command);
    }
}

int run(int argc, char** argv) {
    CLI::App app{"Computational neuroscience, from the ion channel to the MEG sensor.", "ranvier"};
    app.set_version_flag("-V,--version", "ranvier " + version());
    app.require_subcommand(1);
    app.fallthrough();
    app.get_formatter()->column_width(36);
    Common common;
    common.command = "ranvier " + provenance::shell_command({argv + 1, argv + argc});
    app.add_flag("--json", common.json, "Print results as JSON");
    app.add_flag("-q,--quiet", common.quiet, "No progress on stderr");
    app.add_option(
           "--threads", common.threads,
           "Threads to use (default: all processors; more than four times as many, and than 16, are not started); "
           "results do not depend on it")
        ->check(CLI::Range(1, 4096));
    app.footer("Exit status: 0 ok, 1 failure, 2 usage, 3 invalid input or file, 130 interrupted (128 + the signal).");
    for (AddCommand* add : commands) {
        add(app, common);
    }
    say_common_options(app);

    // Options are read before commands run, so settings made here hold for all of them.
    std::unique_ptr<ThreadLimit> limit;
    app.parse_complete_callback([&] {
        if (!common.quiet) {
            set_progress_sink(&stderr_progress());
        }
        set_log_sink([](LogLevel level, const std::string& message) {
            if (level == LogLevel::warning) {
                std::cerr << "ranvier: warning: " << printable(message) << '\n';
            }
        });
        limit = std::make_unique<ThreadLimit>(common.threads);
    });
    if (argc == 1) {
        std::cout << app.help();
        return ok;
    }
    const std::vector<std::string> words = plain_words(app, {argv + 1, argv + argc});
    try {
        app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
            return app.exit(error);  // --help and --version
        }
        return usage_error(app, error, words);
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
    } catch (const std::bad_alloc&) {
        std::cerr << "ranvier: there is not enough memory for this\n";
        return cli::failure;
    } catch (const std::exception& error) {
        std::cerr << "ranvier: " << cli::printable(error.what()) << '\n';
        const bool theirs = dynamic_cast<const InvalidInput*>(&error) || dynamic_cast<const FileError*>(&error) ||
                            dynamic_cast<const std::filesystem::filesystem_error*>(&error);
        return theirs ? cli::invalid_input : cli::failure;
    }
}
