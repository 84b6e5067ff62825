// Models by name: those of the user's folders, and those that come with Ranvier.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "ranvier/base/file.hpp"
#include "ranvier/base/named_folder.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/language/bundle.hpp"
#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::language {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders() {
    std::vector<fs::path> all;
    const char* list = std::getenv("RANVIER_MODELS");
    const std::string text = list ? list : "";
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(':', at), text.size());
        if (end > at) {
            all.emplace_back(text.substr(at, end - at));
            check_named_folder("RANVIER_MODELS", all.back());
        }
        at = end + 1;
    }
    return all;
}

bool is_path(const std::string& name) { return name.find('/') != std::string::npos || name.ends_with(".model"); }

}  // namespace

std::vector<std::string> model_names() {
    std::set<std::string> names;
    for (const fs::path& folder : folders()) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            if (entry.path().extension() == ".model") {
                names.insert(entry.path().stem().string());
            }
        }
    }
    for (const BundledText& model : bundled_models()) {
        names.emplace(model.name);
    }
    return {names.begin(), names.end()};
}

ModelText model_text(const std::string& name_or_path) {
    if (is_path(name_or_path)) {
        return {file_text(name_or_path), name_or_path};
    }
    for (const fs::path& folder : folders()) {
        const fs::path path = folder / (name_or_path + ".model");
        if (fs::exists(path)) {
            return {file_text(path), path.string()};
        }
    }
    for (const BundledText& model : bundled_models()) {
        if (model.name == name_or_path) {
            return {std::string(model.text), name_or_path + ".model"};
        }
    }
    throw InvalidInput("there is no model '" + name_or_path + "'" + did_you_mean(name_or_path, model_names()) +
                       " ('ranvier model list' shows all; a file is given with its path, e.g. ./" + name_or_path +
                       ".model)");
}

Model loaded(const std::string& name_or_path) {
    const ModelText source = model_text(name_or_path);
    Checked result = checked_file(source.text, source.place);
    if (!result.diagnostics.empty()) {
        const std::string message = rendered(result.diagnostics, {{source.place, source.text}});
        throw ModelError(message, std::move(result.diagnostics));
    }
    return std::move(result.model);
}

}  // namespace ranvier::language
