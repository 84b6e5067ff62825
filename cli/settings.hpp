#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands.hpp"
#include "ranvier/base/fields.hpp"

namespace ranvier::cli {

/// Adds a flag for each setting but those `without`: --l-freq for l_freq, with what its description says as help.
/// `options` must live as long as the command.
void add_settings(CLI::App* command, const Fields& fields, void* options, const std::vector<std::string>& without = {});

/// Flags for the settings of O, and where they are put.
template <Described O>
std::shared_ptr<O> add_settings(CLI::App* command, const std::vector<std::string>& without = {}) {
    auto options = std::make_shared<O>();
    add_settings(command, fields_of<O>(), options.get(), without);
    return options;
}

}  // namespace ranvier::cli
