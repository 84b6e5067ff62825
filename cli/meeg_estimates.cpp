#include <algorithm>
#include <set>

#include "meeg_sources.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/freesurfer/estimates.hpp"
#include "ranvier/formats/freesurfer/freesurfer.hpp"
#include "ranvier/meeg/estimates/label_courses.hpp"

namespace ranvier::cli {

namespace {

namespace fs = std::filesystem;

/// What is before "-lh.stc" and the like.
std::string stem_of(const std::string& out) {
    for (const char* ending : {"-lh.stc", "-rh.stc", "-vl.stc", ".stc"}) {
        if (out.ends_with(ending)) {
            return out.substr(0, out.size() - std::string_view(ending).size());
        }
    }
    const std::string extension = fs::path(out).extension();
    require(extension.empty(), "estimates are written as .stc; got '", fs::path(out).filename().string(), "'");
    return out;
}

/// The files of one estimate: one for each source space.
std::vector<std::string> files_of(const std::string& stem, const meeg::SourceSpaces& sources) {
    const auto& spaces = sources.spaces;
    const auto is = [&](std::size_t k, meeg::SourceSpaceKind kind) { return spaces[k].kind == kind; };
    using enum meeg::SourceSpaceKind;
    if (spaces.size() == 2 && is(0, surface) && is(1, surface)) {
        return {stem + "-lh.stc", stem + "-rh.stc"};
    }
    require(spaces.size() == 1 && !is(0, surface),
            "files .stc hold estimates of two hemispheres or of one volume; this source space has ", std::ssize(spaces),
            " parts of other kinds: use Python, where stc.data has all");
    return {stem + "-vl.stc"};
}

/// Positions of the sources of a space, among those of all.
std::vector<index> positions_in(const meeg::SourceEstimate& estimate, std::size_t space) {
    index first = 0;
    for (std::size_t k = 0; k < space; ++k) {
        first += std::ssize(estimate.vertices[k]);
    }
    std::vector<index> positions(estimate.vertices[space].size());
    std::ranges::generate(positions, [&] { return first++; });
    return positions;
}

void write(const meeg::SourceEstimate& estimate, const std::vector<std::string>& files, bool overwrite) {
    for (std::size_t k = 0; k < files.size(); ++k) {
        formats::write_stc(
            {estimate.tmin, estimate.tstep, estimate.vertices[k], meeg::rows_of(estimate, positions_in(estimate, k))},
            files[k], overwrite);
    }
}

/// The largest value of each space: where, when, and how large.
Json peaks_of(const meeg::SourceEstimate& estimate, const meeg::SourceSpaces& sources, const std::string& name) {
    Json peaks = Json::array();
    for (std::size_t k = 0; k < sources.spaces.size(); ++k) {
        const std::vector<index> positions = positions_in(estimate, k);
        if (positions.empty()) {
            continue;
        }
        const auto [row, time] =
            meeg::peak(meeg::picked(estimate, positions), 0, estimate.n_times(), meeg::PeakMode::largest);
        const index vertex = estimate.vertices[k][static_cast<std::size_t>(row)];
        const auto& points = sources.spaces[k].points;
        const double value = meeg::rows_of(estimate, {positions[static_cast<std::size_t>(row)]})(0, time);
        const std::string side = sources.spaces.size() < 2 ? "" : k == 0 ? "lh" : "rh";
        peaks.push_back({{"estimate", name},
                         {"hemisphere", side},
                         {"vertex", vertex},
                         {"place", {points(vertex, 0), points(vertex, 1), points(vertex, 2)}},
                         {"time", estimate.tmin + static_cast<double>(time) * estimate.tstep},
                         {"value", value}});
    }
    return peaks;
}

std::string peak_line(const Json& peak) {
    const auto mm = [&](std::size_t axis) { return formatted("%.1f", 1e3 * peak["place"][axis].get<double>()); };
    const std::string side = peak["hemisphere"];
    return (side.empty() ? "" : side + " ") + "vertex " + text_of(peak["vertex"].get<index>()) + " at (" + mm(0) +
           ", " + mm(1) + ", " + mm(2) + ") mm, " + formatted("%.4g s: ", peak["time"].get<double>()) +
           formatted("%.4g", peak["value"].get<double>());
}

struct NamedRows {
    std::vector<std::string> names;
    std::vector<std::vector<index>> rows;
    std::vector<std::vector<double>> flips;
};

void add_label(NamedRows& found, const std::string& name, std::size_t side, const std::vector<std::int64_t>& vertices,
               const meeg::SourceSpaces& sources) {
    const std::set<std::int64_t> inside(vertices.begin(), vertices.end());
    const meeg::SourceSpace& space = sources.spaces[side];
    index position = side == 0 ? 0 : sources.spaces[0].n_used();
    std::vector<index> rows, chosen;
    for (const index vertex : space.vertices) {
        if (inside.contains(vertex)) {
            rows.push_back(position);
            chosen.push_back(vertex);
        }
        ++position;
    }
    if (rows.empty()) {
        return;  // no source lies in it
    }
    Array<double, 2> normals({std::ssize(chosen), 3});
    for (index k = 0; k < std::ssize(chosen); ++k) {
        std::copy_n(space.normals.data() + 3 * chosen[static_cast<std::size_t>(k)], 3, normals.data() + 3 * k);
    }
    found.names.push_back(name);
    found.rows.push_back(std::move(rows));
    found.flips.push_back(meeg::sign_flips(normals));
}

/// The labels of annotation and label files in which sources lie.
NamedRows labels_of(const LabelCourses& courses, const meeg::SourceSpaces& sources) {
    require(sources.spaces.size() == 2, "labels are of two hemispheres; this source space has ",
            std::ssize(sources.spaces), " parts");
    NamedRows found;
    for (const std::string& path : courses.labels) {
        const std::string base = fs::path(path).filename();
        const auto says = [&](const std::string& hemi) {
            return base.starts_with(hemi + ".") || base.ends_with(hemi + ".label");
        };
        require(
            says("lh") || says("rh"),
            "a file of labels must say its hemisphere: begin with lh. or rh., or end in -lh.label or -rh.label; got ",
            base);
        const std::size_t side = says("rh") ? 1 : 0;
        const std::string hemi = side == 0 ? "-lh" : "-rh";
        if (!base.ends_with(".annot")) {
            const meeg::Label label = formats::read_freesurfer_label(path);
            std::string name = base.ends_with(".label") ? base.substr(0, base.size() - 6) : base;
            name = name.starts_with(hemi.substr(1) + ".") ? name.substr(3) : name.substr(0, name.size() - 3);
            add_label(found, name + hemi, side, {label.vertices.data(), label.vertices.data() + label.n_vertices()},
                      sources);
            continue;
        }
        const formats::Annotation annotation = formats::read_annotation(path);
        const index n = sources.spaces[side].n_points();
        require(std::ssize(annotation.ids) == n, "'", path, "' is of ", std::ssize(annotation.ids),
                " vertices, and the surface of these sources has ", n, ": give the annotation of this subject");
        for (const auto& region : annotation.regions) {
            std::vector<std::int64_t> vertices;
            for (std::size_t v = 0; v < annotation.ids.size(); ++v) {
                if (annotation.ids[v] == region.id()) {
                    vertices.push_back(static_cast<std::int64_t>(v));
                }
            }
            add_label(found, region.name + hemi, side, vertices, sources);
        }
    }
    require(!found.names.empty(), "no source lies in any of the labels of ", joined(courses.labels));
    return found;
}

meeg::LabelMode mode_of(const std::string& name) {
    return name == "mean"        ? meeg::LabelMode::mean
           : name == "mean_flip" ? meeg::LabelMode::mean_flip
           : name == "max"       ? meeg::LabelMode::max
                                 : meeg::LabelMode::pca_flip;
}

std::string quoted(const std::string& name) {
    std::string out = "\"";
    for (const char c : name) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + "\"";
}

/// A row for each time: the estimate where there are several, the time, a column for each label.
std::string course_rows(const meeg::SourceEstimate& estimate, const std::string& name, const NamedRows& labels,
                        meeg::LabelMode mode) {
    const Array<double, 2> values = meeg::label_courses(estimate, labels.rows, labels.flips, mode);
    std::string text;
    for (index t = 0; t < values.extent(1); ++t) {
        text += name.empty() ? "" : quoted(name) + ",";
        text += text_of(estimate.tmin + static_cast<double>(t) * estimate.tstep);
        for (index k = 0; k < values.extent(0); ++k) {
            text += "," + text_of(values(k, t));
        }
        text += "\n";
    }
    return text;
}

/// The mean over what is linear is the estimate of the mean; lengths are averaged as such.
meeg::SourceEstimate mean_of(const meeg::SensorsToSources& way, const std::vector<MeasuredPart>& parts, double tstep) {
    const double n = static_cast<double>(parts.size());
    const auto add = [](Array<double, 2>& sum, const Array<double, 2>& more, double factor) {
        for (index k = 0; k < sum.size(); ++k) {
            sum.data()[k] = (sum.data()[k] + more.data()[k]) * factor;
        }
    };
    if (way.kernel.linear()) {
        Array<double, 2> samples = parts[0].samples;
        for (std::size_t k = 1; k < parts.size(); ++k) {
            add(samples, parts[k].samples, k + 1 == parts.size() ? 1 / n : 1);
        }
        return way.of(samples, parts[0].tmin, tstep);
    }
    Progress progress("Estimates of epochs", std::ssize(parts));
    std::optional<meeg::SourceEstimate> sum;
    for (std::size_t k = 0; k < parts.size(); ++k) {
        meeg::SourceEstimate one = way.of(parts[k].samples, parts[k].tmin, tstep);
        if (!sum) {
            sum = std::move(one);
        } else {
            add(sum->data, one.data, k + 1 == parts.size() ? 1 / n : 1);
        }
        progress.advance();
    }
    return std::move(*sum);
}

}  // namespace

std::shared_ptr<LabelCourses> add_label_courses(CLI::App* command) {
    auto courses = std::make_shared<LabelCourses>();
    command
        ->add_option("--labels", courses->labels,
                     "Labels whose courses are wanted: lh.name.annot, rh.name.annot, name-lh.label; may be repeated")
        ->type_name("FILE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--courses", courses->out, "Where the courses of --labels go: name.csv")->type_name("FILE");
    command
        ->add_option("--label-mode", courses->mode,
                     "What a label's course is of its sources; mean_flip: the mean with signs that align directions")
        ->capture_default_str()
        ->check(CLI::IsMember({"mean", "mean_flip", "max", "pca_flip"}));
    command->parse_complete_callback([courses] {
        require(courses->labels.empty() == courses->out.empty(),
                "--labels and --courses go together: which labels, and the file for their courses");
        require(courses->out.empty() || courses->out.ends_with(".csv"), "courses go to a .csv file; got ",
                courses->out);
    });
    return courses;
}

void check_estimates(const Measured& measured) {
    const std::string stem = stem_of(measured.out);
    for (const char* ending : {"-lh.stc", "-rh.stc", "-vl.stc"}) {
        check_output(stem + ending, measured.in, measured.overwrite);
    }
}

void write_estimates(const Common& common, const Measured& measured, const MeasuredParts& parts,
                     const meeg::SourceSpaces& sources, const LabelCourses& courses,
                     const std::function<meeg::SensorsToSources(double nave)>& ready, Json more) {
    const std::string stem = stem_of(measured.out);
    const std::size_t n = parts.averaged ? 1 : parts.parts.size();
    std::vector<std::vector<std::string>> files;
    for (std::size_t k = 0; k < n; ++k) {
        const std::string name = n > 1 ? parts.parts[k].name : std::string();
        files.push_back(files_of(name.empty() ? stem : stem + "-" + name, sources));
        for (const std::string& file : files.back()) {
            check_goal(file, measured.overwrite);
        }
    }
    std::optional<NamedRows> labels;
    std::string table;
    if (!courses.labels.empty()) {
        labels = labels_of(courses, sources);
        table = n > 1 ? "estimate,time" : "time";
        for (const std::string& name : labels->names) {
            table += "," + quoted(name);
        }
        table += "\n";
    }
    Json written = Json::array(), peaks = Json::array();
    std::optional<meeg::SensorsToSources> way;
    double way_nave = 0;
    Progress progress(parts.averaged ? "Estimate" : "Estimates", static_cast<index>(n));
    for (std::size_t k = 0; k < n; ++k) {
        const MeasuredPart& part = parts.parts[k];
        if (!way || way_nave != part.nave) {
            way = ready(part.nave);
            way_nave = part.nave;
        }
        const double tstep = 1 / parts.info.sfreq;
        const std::string name = n > 1 ? part.name : std::string();
        const meeg::SourceEstimate estimate =
            parts.averaged ? mean_of(*way, parts.parts, tstep) : way->of(part.samples, part.tmin, tstep);
        write(estimate, files[k], measured.overwrite);
        std::ranges::copy(files[k], std::back_inserter(written));
        for (const Json& peak : peaks_of(estimate, sources, name)) {
            if (!common.json) {
                print((name.empty() ? "" : name + ": ") + peak_line(peak));
            }
            peaks.push_back(peak);
        }
        if (labels) {
            table += course_rows(estimate, name, *labels, mode_of(courses.mode));
        }
        progress.advance();
    }
    if (labels) {
        OutputFile out(courses.out, measured.overwrite);
        out.write(table);
        out.commit();
        written.push_back(courses.out);
        more["labels"] = labels->names;
    }
    if (common.json) {
        Json said{{"written", written}, {"peaks", peaks}};
        said.update(more);
        print_json(said);
        return;
    }
    for (const Json& file : written) {
        print(file.get<std::string>());
    }
}

}  // namespace ranvier::cli
