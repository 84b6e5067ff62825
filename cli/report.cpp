#include "contents.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/tables/marks_file.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::cli {

namespace {

void apply(const meeg::Marks& marks, formats::Contents& contents, const std::string& path) {
    if (meeg::Raw* const raw = std::get_if<meeg::Raw>(&contents)) {
        meeg::apply_marks(*raw, marks);
    } else if (meeg::Epochs* const epochs = std::get_if<meeg::Epochs>(&contents)) {
        meeg::apply_marks(*epochs, marks);
    } else {
        throw InvalidInput("--marks is about recordings and epochs; '" + path + "' holds " + noun_of(contents));
    }
}

}  // namespace

void add_report(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("report", "Write a page on which to look at what a file holds");
    struct Options {
        std::string path, out, montage, events, projections, marks;
        PageSettings page;
        bool overwrite = false;
    };
    auto o = std::make_shared<Options>();
    command
        ->add_option("FILE", o->path,
                     "Whatever Ranvier reads or writes: " + formats::extensions(&formats::Format::read))
        ->required();
    command->add_option("-o,--out", o->out, "The page (default: FILE with .html)");
    const CLI::Option* montage = command->add_option(
        "--montage", o->montage, "Where the electrodes lie, e.g. colin27_1005; needed where the file does not say");
    const CLI::Option* size =
        command->add_option("--max-size", o->page.max_size, "Of the page's traces [MB]; beyond it they are thinned")
            ->check(CLI::PositiveNumber)
            ->capture_default_str();
    command->add_option("--events", o->events, "A file of events, shown over time and among the traces of a recording");
    command->add_option("--projs", o->projections, "A file of projections, shown as maps");
    command->add_option("--marks", o->marks, "What was marked on a page of this recording: a JSON file that it saved");
    command->add_flag("--overwrite", o->overwrite, "Replace the page if it exists");
    explain(command, {"report recording.edf", "report recording.edf --montage colin27_1005 -o page.html",
                      "report hands-ave.fif",
                      "report run_raw.fif --events run-eve.fif --projs blinks-proj.fif --marks recording-marks.json"});
    command->callback([o, montage, size, &common] {
        const std::filesystem::path path = o->path;
        const std::filesystem::path out =
            o->out.empty() ? std::filesystem::path(path).replace_extension(".html") : std::filesystem::path(o->out);
        check_other_file(out, path);
        report::check_page(out, o->overwrite);
        formats::Contents contents = formats::read(path);
        require(size->count() == 0 || std::holds_alternative<meeg::Raw>(contents),
                "--max-size is about the traces of a recording; '" + o->path + "' holds none");
        if (!o->events.empty()) {
            require(std::holds_alternative<meeg::Raw>(contents),
                    "--events is about a recording; '" + o->path + "' holds none");
            o->page.events = held_by<meeg::Events>(o->events, "--events");
        }
        if (!o->projections.empty()) {
            const auto given = held_by<StableVector<meeg::Projection>>(o->projections, "--projs");
            o->page.projections.assign(given.begin(), given.end());
        }
        if (!o->marks.empty()) {
            apply(formats::read_marks(o->marks), contents, o->path);
        }
        provenance::RunRecord run = new_run(common);
        if (montage->count() > 0) {
            place(contents, o->montage);
            run.parameters.emplace_back("montage", o->montage);
        }
        report::Page page(path.filename().string());
        const Facts about = facts_of(contents);
        add_contents(page, contents, about, o->page, run.parameters);
        run.inputs = {provenance::file_input(path)};
        for (const std::string& more : {o->events, o->projections, o->marks}) {
            if (!more.empty()) {
                run.inputs.push_back(provenance::file_input(more));
            }
        }
        report::add_run(page, "How this page was made", run);
        page.write(out, o->overwrite);
        if (common.json) {
            print_json({{"report", out.string()}});
        } else {
            print(out.string());
        }
    });
}

}  // namespace ranvier::cli
