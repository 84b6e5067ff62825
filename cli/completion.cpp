#include <sstream>

#include "commands.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::cli {

namespace {

/// What may follow the words of a command: commands inside it and flags, its own and those of the commands around it.
std::string followers(const CLI::App& command) {
    std::vector<std::string> words;
    for (const CLI::App* inside :
         const_cast<CLI::App&>(command).get_subcommands([](const CLI::App*) { return true; })) {
        words.push_back(inside->get_name());
    }
    for (const CLI::App* a = &command; a; a = a->get_parent()) {
        for (const CLI::Option* option : a->get_options()) {
            for (const std::string& name : option->get_lnames()) {
                if (std::ranges::find(words, "--" + name) == words.end()) {
                    words.push_back("--" + name);
                }
            }
        }
    }
    return joined(words, " ");
}

/// A line of the shell's `case` for each command: "'meeg filter') words='--l-freq …';;".
void add_cases(const CLI::App& command, const std::string& path, std::string& cases) {
    cases += "        '" + path + "') words='" + followers(command) + "';;\n";
    for (const CLI::App* inside :
         const_cast<CLI::App&>(command).get_subcommands([](const CLI::App*) { return true; })) {
        add_cases(*inside, path + (path.empty() ? "" : " ") + inside->get_name(), cases);
    }
}

/// For bash; zsh reads the same with bashcompinit. Files are completed everywhere.
std::string script(const CLI::App& app, const std::string& shell) {
    std::string cases;
    add_cases(app, "", cases);
    return std::string(shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "") +
           R"(_ranvier() {
    local at='' words='' word tried
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        tried="${at:+$at }$word"
        case "$tried" in
)" +
           [&] {
               std::string paths;
               std::istringstream lines(cases);
               for (std::string line; std::getline(lines, line);) {
                   const std::string path = line.substr(9, line.find('\'', 9) - 9);
                   paths += path.empty() ? "" : (paths.empty() ? "'" : "|'") + path + "'";
               }
               return "            " + paths + ") at=\"$tried\";;\n";
           }() +
           R"(        esac
    done
    case "$at" in
)" + cases +
           R"(    esac
    COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _ranvier ranvier)";
}

}  // namespace

void add_completion(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("completion", "Print what makes a shell complete commands and options");
    auto shell = std::make_shared<std::string>();
    command->add_option("SHELL", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
    explain(command,
            {"completion bash > ~/.local/share/bash-completion/completions/ranvier", "completion zsh >> ~/.zshrc"});
    command->callback([shell, &app, &common] {
        const std::string text = script(app, *shell);
        if (common.json) {
            print_json({{"shell", *shell}, {"script", text}});
        } else {
            print(text);
        }
    });
}

}  // namespace ranvier::cli
