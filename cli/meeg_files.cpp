#include "meeg_files.hpp"

#include <set>

#include "contents.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/formats/format.hpp"

namespace ranvier::cli {

namespace {

/// Says IN... OUT of what is one list.
struct InOutFormatter : CLI::Formatter {
    std::string make_option_usage(const CLI::Option* option) const override {
        return CLI::Formatter::make_option_usage(option) + (option->get_name() == "IN" ? " OUT" : "");
    }
};

}  // namespace

std::shared_ptr<InOut> add_files(CLI::App* command, const std::string& in, const std::string& out) {
    auto files = std::make_shared<InOut>();
    auto formatter = std::make_shared<InOutFormatter>();
    formatter->column_width(command->get_formatter()->get_column_width());
    command->formatter(formatter);
    // One list, because a positional argument of many words leaves none for the next.
    command
        ->add_option_function<std::vector<std::string>>(
            "IN",
            [files](const std::vector<std::string>& paths) {
                if (paths.size() == 1) {
                    throw CLI::ArgumentMismatch("OUT is missing: after '" + paths[0] + "', name the file to write");
                }
                files->in.assign(paths.begin(), paths.end() - 1);
                files->out = paths.back();
            },
            in + "; several recordings are joined, one after the other. Then OUT. " + out)
        ->required()
        ->option_text("... OUT REQUIRED")
        ->expected(1, CLI::detail::expected_max_vector_size);
    command->add_option("--rename", files->renamed, "Another name for a channel, as OLD=NEW; may be repeated")
        ->type_name("OLD=NEW")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_flag("--overwrite", files->overwrite, "Replace OUT if it exists");
    return files;
}

meeg::Raw joined_recording(std::vector<meeg::Raw> raws, const InOut& files) {
    std::set<std::string> known, done, renamed;
    for (const std::string& text : files.renamed) {
        const std::string old = text.substr(0, text.find('='));
        require(renamed.insert(old).second,
                [&] { return "--rename may give a channel one name; '" + old + "=' is given twice"; });
    }
    for (meeg::Raw& raw : raws) {
        std::vector<std::pair<std::string, std::string>> own;
        const std::vector<std::string> names = meeg::channel_names(raw.info);
        known.insert(names.begin(), names.end());
        for (const std::string& text : files.renamed) {
            const std::size_t equals = text.find('=');
            require(equals != std::string::npos && equals > 0 && equals + 1 < text.size(),
                    "--rename must be OLD=NEW; got '" + text + "'");
            const std::string old = text.substr(0, equals);
            if (std::ranges::find(names, old) != names.end()) {
                own.emplace_back(old, text.substr(equals + 1));
                done.insert(text);
            }
        }
        meeg::rename_channels(raw, own);
    }
    for (const std::string& text : files.renamed) {
        const std::string old = text.substr(0, text.find('='));
        require(done.contains(text), [&] {
            return "--rename: no channel is called '" + old + "'" + did_you_mean(old, {known.begin(), known.end()});
        });
    }
    return raws.size() == 1 ? std::move(raws[0]) : meeg::concatenated(std::move(raws));
}

meeg::Raw joined_recording(const InOut& files) {
    std::vector<meeg::Raw> raws;
    for (const std::string& path : files.in) {
        if (files.in.size() > 1) {
            const formats::Contents contents = formats::read(path);
            require(std::holds_alternative<meeg::Raw>(contents), [&] {
                return "only recordings are joined; '" + path + "' holds " + noun_of(contents) +
                       ": give it alone, where the command takes " + noun_of(contents);
            });
        }
        raws.push_back(formats::read_raw(path));
    }
    return joined_recording(std::move(raws), files);
}

std::variant<meeg::Raw, meeg::Epochs> recording_or_epochs(const InOut& files, const std::string& made) {
    if (files.in.size() > 1) {
        return joined_recording(files);
    }
    formats::Contents contents = formats::read(files.in[0]);
    if (meeg::Epochs* epochs = std::get_if<meeg::Epochs>(&contents)) {
        require(files.renamed.empty(), "--rename is about channels of recordings; '" + files.in[0] + "' holds epochs");
        return std::move(*epochs);
    }
    require(std::holds_alternative<meeg::Raw>(contents), [&] {
        return made + " made of a recording or of epochs; '" + files.in[0] + "' holds " + noun_of(contents);
    });
    std::vector<meeg::Raw> raws;
    raws.push_back(std::get<meeg::Raw>(std::move(contents)));
    return joined_recording(std::move(raws), files);
}

}  // namespace ranvier::cli
