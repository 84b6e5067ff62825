#include "contents.hpp"

namespace ranvier::cli {

void add_info(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("info", "Say what is in a file: a recording, epochs, averages, a model …");
    auto path = std::make_shared<std::string>();
    command
        ->add_option("FILE", *path, "Whatever Ranvier reads or writes: " + formats::extensions(&formats::Format::read))
        ->required();
    explain(command, {"info recording.edf", "info hands-ave.fif --json"});
    command->callback([path, &common] {
        const Facts about = facts_of(formats::read(*path));
        if (common.json) {
            print_json(about.json);
            return;
        }
        const auto widest =
            std::ranges::max_element(about.lines, {}, [](const auto& line) { return line.first.size(); });
        print("file" + std::string(widest->first.size() - 2, ' ') + *path);
        for (const auto& [label, value] : about.lines) {
            print(label + std::string(widest->first.size() + 2 - label.size(), ' ') + value);
        }
    });
}

}  // namespace ranvier::cli
