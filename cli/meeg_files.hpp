#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "commands.hpp"
#include "settings.hpp"

namespace ranvier::cli {

/// What a command on recordings reads and writes.
struct InOut {
    std::vector<std::string> in, renamed;
    std::string out;
    bool overwrite = false;
};
/// IN... OUT, --rename and --overwrite. @param in, out  what the help says of them
std::shared_ptr<InOut> add_files(CLI::App* command, const std::string& in, const std::string& out);

/// As check_output() of each file that is read.
template <class Write>
void check_output(const InOut& files, Write write) {
    for (const std::string& in : files.in) {
        check_output(files.out, in, write, files.overwrite);
    }
}

/// One recording of all, with the names that --rename gives to channels of any of them.
meeg::Raw joined_recording(std::vector<meeg::Raw> raws, const InOut& files);
meeg::Raw joined_recording(const InOut& files);

/// The epochs that the one file holds, or the recording of all.
/// @throws InvalidInput  it holds something else. @param made  what is made of them, for the message: "averages are"
std::variant<meeg::Raw, meeg::Epochs> recording_or_epochs(const InOut& files, const std::string& made);

/// Adds a command that reads a recording, does `work` with its settings, and writes it.
template <class Options>
CLI::App* add_work(CLI::App* meeg_app, const Common& common, const std::string& name, const std::string& about,
                   const std::string& how, void (*work)(meeg::Raw&, const Options&)) {
    CLI::App* command = meeg_app->add_subcommand(name, about);
    auto files = add_files(command, "A recording: " + formats::extensions(&formats::Format::read_raw),
                           "The " + how + " recording: " + formats::extensions(&formats::Format::write_raw));
    auto options = add_settings<Options>(command, {"picks"});
    command->callback([=, &common] {
        check_output(*files, &formats::Format::write_raw);
        meeg::Raw raw = joined_recording(*files);
        meeg::load(raw);
        work(raw, *options);
        formats::write_raw(raw, files->out, files->overwrite);
        print_written(common, files->out);
    });
    return command;
}

/// Covariances and projections. @param meeg_app  the command around them
void add_meeg_noise(CLI::App* meeg_app, const Common& common);

}  // namespace ranvier::cli
