#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::cli {

/// What the user asked for, as it was typed. Values are numbers in the unit in which the model shows the quantity, or
/// expressions with a unit: "50", "50*uA/cm**2".
struct ModelPageRequest {
    std::string model = {};             ///< a name or a file
    std::string preset = {};            ///< or ""
    std::vector<std::string> set = {};  ///< "NAME=VALUE"
    std::string parameter = {};         ///< or "": chosen
    std::string range = {};             ///< "LOW:HIGH", or "": chosen
    std::string span = {};              ///< or "": the model's
    int values = 41;
};

/// `v` [SI] in the unit that the model shows it in: "-65 mV".
std::string shown(double v, const language::Variable& variable);

/// What was found, for people and for programs.
struct ModelPageResult {
    provenance::NamedValues lines;  ///< label, value
    Json json;
};

/// Computes the portrait of a model and writes its page.
/// @throws InvalidInput  unknown names, values that can't be read, a model that a page can't show
/// @throws FileError     the page exists and may not be replaced, or can't be written
ModelPageResult write_model_page(const ModelPageRequest& request, const std::filesystem::path& path, bool overwrite,
                                 const Common& common);

/// Adds `ranvier model report`.
void add_model_report(CLI::App& model_command, const Common& common);

}  // namespace ranvier::cli
