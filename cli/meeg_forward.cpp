#include <cstdlib>

#include "contents.hpp"
#include "meeg_sources.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/freesurfer/freesurfer.hpp"
#include "ranvier/meeg/anatomy/decimation.hpp"
#include "ranvier/meeg/anatomy/geodesics.hpp"
#include "ranvier/meeg/anatomy/spheres.hpp"
#include "ranvier/meeg/forward/collocation.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"

namespace ranvier::cli {

namespace {

namespace fs = std::filesystem;

struct ForwardRequest {
    std::string in, out, montage, src, subject, subjects_dir, spacing = "oct6", bem, sphere, trans;
    meeg::ForwardOptions how;
    bool overwrite = false;
};

/// Channels and their places.
meeg::Info info_in(const ForwardRequest& asked) {
    formats::Contents contents = formats::read(asked.in);
    if (!asked.montage.empty()) {
        place(contents, asked.montage);
    }
    return std::visit(
        [&]<class T>(T& held) -> meeg::Info {
            if constexpr (std::is_same_v<T, meeg::Info>) {
                return held;
            } else if constexpr (std::is_same_v<T, meeg::Raw> || std::is_same_v<T, meeg::Epochs>) {
                return held.info;
            } else if constexpr (std::is_same_v<T, std::vector<meeg::Evoked>>) {
                return held.at(0).info;
            } else {
                throw InvalidInput("a forward solution is of the sensors of a recording, epochs or averages; '" +
                                   asked.in + "' holds " + std::string(formats::noun<T>));
            }
        },
        contents);
}

meeg::Surface surface_of(const ForwardRequest& asked, const std::string& name, int id) {
    const char* const usual = std::getenv("SUBJECTS_DIR");
    const std::string folder = !asked.subjects_dir.empty() ? asked.subjects_dir : usual ? usual : "";
    require(!folder.empty(),
            "--subject needs --subjects-dir, the folder of FreeSurfer's subjects, or SUBJECTS_DIR in the environment");
    formats::SurfaceMesh mesh = formats::read_freesurfer_surface(fs::path(folder) / asked.subject / "surf" / name);
    meeg::Surface surface;
    surface.id = id;
    surface.points = std::move(mesh.points);
    for (double& x : std::span(surface.points.data(), static_cast<std::size_t>(surface.points.size()))) {
        x /= 1e3;  // files have mm
    }
    surface.triangles = std::move(mesh.triangles);
    return surface;
}

/// What is laid over the sphere for "ico4" or "oct6"; nothing for "all".
std::optional<meeg::Surface> sampling(const std::string& spacing) {
    if (spacing == "all") {
        return std::nullopt;
    }
    const bool ico = spacing.starts_with("ico");
    const std::optional<int> grade = spacing.size() > 3 ? number_in<int>(spacing.substr(3)) : std::nullopt;
    require(grade.has_value() && (ico || spacing.starts_with("oct")),
            "--spacing must be ico#, oct# or all, with a whole number for #; got '", spacing, "'");
    return ico ? meeg::icosahedron(grade.value_or(0)) : meeg::octahedron(grade.value_or(0));
}

meeg::SourceSpaces sources_of(const ForwardRequest& asked) {
    if (!asked.src.empty()) {
        return formats::read_source_spaces_fif(asked.src);
    }
    const std::optional<meeg::Surface> laid = sampling(asked.spacing);
    meeg::SourceSpaces sources;
    for (const auto& [hemi, id] :
         {std::pair("lh", meeg::surface_id::left_hemisphere), std::pair("rh", meeg::surface_id::right_hemisphere)}) {
        meeg::SourceSpace space = meeg::whole_surface(surface_of(asked, hemi + std::string(".white"), id));
        if (laid) {
            meeg::use_nearest(space, surface_of(asked, hemi + std::string(".sphere"), id), *laid);
        }
        space.subject = asked.subject;
        sources.spaces.push_back(std::move(space));
    }
    meeg::add_distances(sources, 0);  // patches, by which inverses find normals
    return sources;
}

/// "auto", or "X,Y,Z,RADIUS".
meeg::LayeredSphere sphere_of(const std::string& words, const meeg::Info& info) {
    meeg::HeadSphere head;
    if (words == "auto") {
        head = meeg::head_sphere(info);
    } else {
        std::vector<double> numbers;
        for (std::size_t begin = 0; begin <= words.size();) {
            const std::size_t end = std::min(words.find(',', begin), words.size());
            const std::optional<double> number = number_in<double>(trimmed(words.substr(begin, end - begin)));
            numbers.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
            begin = end + 1;
        }
        require(numbers.size() == 4 && std::ranges::none_of(numbers, [](double x) { return std::isnan(x); }),
                "--sphere must be auto or X,Y,Z,RADIUS [m], as 0,0,0.04,0.09; got '", words, "'");
        head = {{numbers[0], numbers[1], numbers[2]}, numbers[3]};
    }
    return meeg::layered_sphere(head.centre, head.radius, {0.90, 0.92, 0.97, 1.0}, {0.33, 1.0, 0.004, 0.33});
}

meeg::BemModel model_of(const std::string& path) {
    if (formats::holds_bem_solution_fif(path)) {
        return formats::read_bem_solution_fif(path);
    }
    meeg::BemModel model;
    model.surfaces = formats::read_bem_surfaces_fif(path);
    meeg::solve_bem(model);
    return model;
}

void run_forward(const ForwardRequest& asked, const Common& common) {
    require(asked.src.empty() != asked.subject.empty(),
            "sources come from --src, a file of source spaces, or from the surfaces of --subject; give one of the two");
    require(asked.bem.empty() != asked.sphere.empty(),
            "the head is --bem, a file of surfaces or of their solution, or --sphere; give one of the two");
    require(!asked.trans.empty(),
            "--trans must say where the head is in the MRI: a file -trans.fif, or identity where sources are in head "
            "coordinates");
    const meeg::Info info = info_in(asked);
    const meeg::SourceSpaces sources = sources_of(asked);
    meeg::Transform trans;
    trans.from = meeg::CoordFrame::mri;
    trans.to = meeg::CoordFrame::head;
    if (asked.trans != "identity") {
        trans = formats::read_transforms_fif(asked.trans).at(0);
    }
    std::optional<meeg::BemModel> model;
    std::optional<meeg::LayeredSphere> sphere;
    if (asked.sphere.empty()) {
        model = model_of(asked.bem);
    } else {
        sphere = sphere_of(asked.sphere, info);
    }
    const meeg::Conductor head = model ? meeg::Conductor(&*model) : meeg::Conductor(&*sphere);
    meeg::ForwardSolution forward = meeg::make_forward_solution(info, trans, sources, head, asked.how);
    forward.mri_file = asked.trans;
    forward.meas_file = asked.in;
    formats::write_forward_solution_fif(forward, asked.out, asked.overwrite);
    index given = 0;
    for (const meeg::SourceSpace& space : sources.spaces) {
        given += space.n_used();
    }
    Json json{{"channels", forward.n_channels()}, {"sources", forward.n_sources()}, {"sources_given", given}};
    if (sphere) {
        const auto& [x, y, z] = sphere->centre;
        json["sphere"] = {{"centre", {x, y, z}}, {"radius", sphere->layers.back().radius}};
    }
    if (!common.json) {
        print(counted(forward.n_channels(), "channel") + ", " + counted(forward.n_sources(), "source") + " of " +
              text_of(given) +
              (sphere ? formatted(", sphere of %.1f mm", 1e3 * sphere->layers.back().radius) : std::string()));
    }
    print_written(common, asked.out, json);
}

}  // namespace

void add_meeg_forward(CLI::App* meeg_app, const Common& common) {
    CLI::App* command =
        meeg_app->add_subcommand("forward", "Compute what every sensor measures of every source in a head");
    auto asked = std::make_shared<ForwardRequest>();
    command->add_option("IN", asked->in, "A recording, epochs or averages, whose sensors have places")->required();
    command->add_option("OUT", asked->out, "The forward solution: name-fwd.fif")->required();
    command->add_option("--src", asked->src, "Where sources are: name-src.fif")->type_name("FILE");
    command->add_option("--subject", asked->subject, "Put sources on the cortex of this subject of FreeSurfer's");
    command->add_option("--subjects-dir", asked->subjects_dir, "Where subjects lie (default: $SUBJECTS_DIR)")
        ->type_name("FOLDER");
    command->add_option("--spacing", asked->spacing, "How densely, with --subject: ico#, oct# or all")
        ->capture_default_str();
    command
        ->add_option("--bem", asked->bem,
                     "The head as compartments: name-bem-sol.fif, or name-bem.fif, whose surfaces are solved now")
        ->type_name("FILE");
    command
        ->add_option("--sphere", asked->sphere,
                     "The head as four shells: auto, fitted to the points on the head, or X,Y,Z,RADIUS [m]")
        ->type_name("SPHERE");
    command->add_option("--trans", asked->trans, "From MRI to head or back: name-trans.fif, or identity")
        ->type_name("FILE");
    command->add_option("--montage", asked->montage,
                        "Where the electrodes lie, e.g. colin27_1005; needed where the file does not say");
    command->add_option("--mindist", asked->how.mindist, "Least distance of sources from the inner skull [mm]")
        ->capture_default_str();
    command->add_flag_callback(
        "--no-meg", [asked] { asked->how.meg = false; }, "Leave MEG channels out");
    command->add_flag_callback(
        "--no-eeg", [asked] { asked->how.eeg = false; }, "Leave EEG channels out");
    command->add_flag("--ignore-ref", asked->how.ignore_ref, "Leave reference sensors of MEG out");
    command->add_flag("--overwrite", asked->overwrite, "Replace OUT if it exists");
    explain(command,
            {"meeg forward in-ave.fif out-fwd.fif --src sub-oct-6-src.fif --bem sub-bem-sol.fif --trans sub-trans.fif",
             "meeg forward in.edf out-fwd.fif --montage colin27_1005 --subject fsaverage --spacing ico4 --sphere auto "
             "--trans fsaverage-trans.fif"});
    command->callback([asked, &common] {
        require(asked->out.ends_with(".fif") || asked->out.ends_with(".fif.gz"),
                "a forward solution goes to a .fif or .fif.gz file; got ", asked->out);
        check_output(asked->out, asked->in, asked->overwrite);
        run_forward(*asked, common);
    });
}

}  // namespace ranvier::cli
