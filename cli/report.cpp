#include "commands.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::cli {

void add_report(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("report", "Write a page on which to look at a recording");
    struct Options {
        std::string path, out;
        bool overwrite = false;
    };
    auto o = std::make_shared<Options>();
    command->add_option("FILE", o->path, "A recording: " + formats::extensions(&formats::Format::read_raw))->required();
    command->add_option("-o,--out", o->out, "The page (default: FILE with .html)");
    command->add_flag("--overwrite", o->overwrite, "Replace the page if it exists");
    command->callback([o, &common] {
        const std::filesystem::path path = o->path;
        const std::filesystem::path out =
            o->out.empty() ? std::filesystem::path(path).replace_extension(".html") : std::filesystem::path(o->out);
        const meeg::Raw raw = formats::read_raw(path);
        report::Page page(path.filename().string());
        report::add_recording(page, "Recording", raw);
        if (!meeg::pick_data(raw.info).empty()) {
            meeg::WelchOptions welch;
            welch.n_fft = std::min<index>(2048, raw.n_samples());
            report::add_spectrum(page, "Power spectral density", {{"whole recording", meeg::psd_welch(raw, welch)}});
        }
        provenance::RunRecord run = new_run(common);
        run.inputs = {provenance::file_input(path)};
        report::add_run(page, "How this page was made", run);
        page.write(out, o->overwrite);
        print(common.json ? Json{{"report", out.string()}}.dump() : out.string());
    });
}

}  // namespace ranvier::cli
