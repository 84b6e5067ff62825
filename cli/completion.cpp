#include "commands.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::cli {

namespace {

/// What the shell's script knows: the pattern of all commands, "'meeg'|'meeg filter'", and for each a line of `case`
/// with the words that may follow.
struct Cases {
    std::string pattern, lines;

    void add(const CLI::App& command, const std::string& path) {
        std::vector<std::string> words = names_inside(command);
        for (const std::string& flag : flags_of(command)) {
            words.push_back(flag);
        }
        pattern += path.empty() ? "" : (pattern.empty() ? "'" : "|'") + path + "'";
        lines += "        '" + path + "') words='" + joined(words, " ") + "';;\n";
        for (const CLI::App* inside : subcommands(command)) {
            add(*inside, path + (path.empty() ? "" : " ") + inside->get_name());
        }
    }
};

/// For bash; zsh reads the same with bashcompinit. Files are completed everywhere.
std::string script(const CLI::App& app, const std::string& shell) {
    Cases cases;
    cases.add(app, "");
    return std::string(shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "") +
           R"(_ranvier() {
    local at='' words='' word tried
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        tried="${at:+$at }$word"
        case "$tried" in
            )" +
           cases.pattern +
           R"() at="$tried";;
        esac
    done
    case "$at" in
)" + cases.lines +
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
