#include "ranvier/report/page.hpp"

#include "commands.hpp"
#include "ranvier/base/digest.hpp"
#include "ranvier/formats/recording.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"

namespace ranvier::cli {

void add_report(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("report", "Write a page on which to look at a recording");
    struct Options {
        std::string path, out;
        bool overwrite = false;
    };
    auto o = std::make_shared<Options>();
    command->add_option("FILE", o->path, "A recording: .fif, .fif.gz, .edf, .bdf")->required();
    command->add_option("-o,--out", o->out, "The page (default: FILE with .html)");
    command->add_flag("--overwrite", o->overwrite, "Replace the page if it exists");
    command->callback([o, &common] {
        const std::filesystem::path path = o->path;
        const std::filesystem::path out =
            o->out.empty() ? std::filesystem::path(path).replace_extension(".html") : std::filesystem::path(o->out);
        const meeg::Raw raw = formats::read_raw(path);
        report::Page page(path.filename().string());
        page.add_recording("Recording", raw);
        if (!meeg::pick_data(raw.info).empty()) {
            meeg::WelchOptions welch;
            welch.n_fft = std::min<index>(2048, raw.n_samples());
            page.add_spectrum("Power spectral density", {{"whole recording", meeg::psd_welch(raw, welch)}});
        }
        report::RunRecord run;
        run.versions = versions();
        run.inputs = {{path.string(), std::filesystem::file_size(path), sha256_of_file(path)}};
        page.add_run("How this page was made", run);
        page.write(out, o->overwrite);
        print(common.json ? Json{{"report", out.string()}}.dump() : out.string());
    });
}

}  // namespace ranvier::cli
