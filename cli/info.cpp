#include <ctime>
#include <map>

#include "commands.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/format.hpp"

namespace ranvier::cli {

namespace {

std::string date_text(const std::optional<meeg::MeasurementDate>& date) {
    if (!date) {
        return "";
    }
    const std::time_t seconds = date->seconds;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
    return text;
}

Json described(const meeg::Raw& raw) {
    std::map<std::string, int> types;
    for (const meeg::Channel& channel : raw.info.channels) {
        ++types[std::string(meeg::name(channel.type()))];
    }
    std::map<std::string, int> annotations;
    for (const meeg::Annotation& a : raw.annotations.items) {
        ++annotations[a.description];
    }
    std::vector<std::string> files;
    for (const meeg::Segment& segment : raw.segments) {
        files.push_back(segment.source->path().string());
    }
    return {{"files", files},
            {"channels", raw.info.n_channels()},
            {"types", types},
            {"names", meeg::channel_names(raw.info)},
            {"bads", raw.info.bads},
            {"sfreq", raw.info.sfreq},
            {"samples", raw.n_samples()},
            {"duration", raw.duration()},
            {"first_samp", raw.first_samp},
            {"highpass", raw.info.highpass},
            {"lowpass", raw.info.lowpass},
            {"measured", date_text(raw.info.meas_date)},
            {"projections", raw.info.projections.size()},
            {"annotations", annotations}};
}

std::string listed(const std::vector<std::string>& words) { return words.empty() ? "none" : joined(words); }

std::string counted(const Json& counts) {
    std::vector<std::string> words;
    for (const auto& [name, count] : counts.items()) {
        words.push_back(std::to_string(count.get<int>()) + " " + name);
    }
    return listed(words);
}

std::string rounded(double value) { return formatted("%.6g", value); }

void print_readable(const Json& d) {
    print("file         " + listed(d["files"]));
    print("channels     " + counted(d["types"]));
    print("bad          " + listed(d["bads"]));
    print("rate         " + rounded(d["sfreq"]) + " Hz, filtered " + rounded(d["highpass"]) + " to " +
          rounded(d["lowpass"]) + " Hz");
    print("length       " + std::to_string(d["samples"].get<index>()) + " samples, " + rounded(d["duration"]) + " s");
    const std::string measured = d["measured"];
    print("measured     " + (measured.empty() ? "unknown" : measured));
    print("projections  " + std::to_string(d["projections"].get<std::size_t>()));
    print("annotations  " + counted(d["annotations"]));
}

}  // namespace

void add_info(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("info", "Say what is in a recording");
    auto path = std::make_shared<std::string>();
    command->add_option("FILE", *path, "A recording: " + formats::extensions(&formats::Format::read_raw))->required();
    command->callback([path, &common] {
        const Json d = described(formats::read_raw(*path));
        if (common.json) {
            print(d.dump(2));
        } else {
            print_readable(d);
        }
    });
}

}  // namespace ranvier::cli
