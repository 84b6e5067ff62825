#include "commands.hpp"
#include "ranvier/formats/sample_data.hpp"

namespace ranvier::cli {

namespace {

void list_sets(const Common& common) {
    Json sets = Json::array();
    for (const formats::SampleSet& set : formats::sample_sets()) {
        Json files = Json::array();
        for (const formats::SampleFile& file : set.files) {
            const auto path = formats::found(set, file);
            files.push_back({{"name", file.name},
                             {"bytes", file.bytes},
                             {"licence", file.licence},
                             {"home", file.url},
                             {"path", path ? Json(path->string()) : Json(nullptr)}});
        }
        sets.push_back({{"name", set.name}, {"description", set.description}, {"files", files}});
    }
    if (common.json) {
        print_json(sets);
        return;
    }
    for (const Json& set : sets) {
        print(set["name"].get<std::string>() + ": " + set["description"].get<std::string>());
        for (const Json& file : set["files"]) {
            print("  " + file["name"].get<std::string>() + "  " +
                  (file["path"].is_null()
                       ? "not here; 'ranvier data get " + set["name"].get<std::string>() + "' fetches it"
                       : file["path"].get<std::string>()));
        }
    }
}

}  // namespace

void add_data(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("data", "Find or fetch sample recordings");
    command->require_subcommand(1);
    command->fallthrough();
    CLI::App* list = command->add_subcommand("list", "The sets of sample data, and where they lie");
    explain(list, {"data list"});
    list->callback([&common] { list_sets(common); });
    CLI::App* get = command->add_subcommand("get", "Find a set on this machine, or fetch it from its public home");
    auto name = std::make_shared<std::string>();
    get->add_option("SET", *name, "A set, e.g. eegmmidb")->required();
    explain(get, {"data get eegmmidb"});
    get->callback([name, &common] {
        const auto paths = formats::found_or_fetched(formats::sample_set(*name));
        Json list_of_paths = Json::array();
        for (const auto& path : paths) {
            list_of_paths.push_back(path.string());
            if (!common.json) {
                print(path.string());
            }
        }
        if (common.json) {
            print_json(list_of_paths);
        }
    });
}

}  // namespace ranvier::cli
