// Boundary-element models: *-bem.fif, *-bem-sol.fif, *-head.fif.
#include <nlohmann/json.hpp>

#include "ranvier/formats/fiff/anatomy.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;
using meeg::Surface;

const Node& model_of(const File& file) {
    const Node* node = file.root().first(block::bem);
    if (!node) {
        throw FileError(file.path(), FileError::no_offset, "holds no boundary-element model");
    }
    return *node;
}

Surface surface_of(const File& file, const Node& node, meeg::CoordFrame frame) {
    Surface surface;
    surface.frame = frame;
    if (const Entry* entry = node.find(tag::bem_surf_id)) {
        surface.id = static_cast<int>(file.integer(*entry));
    }
    if (const Entry* entry = node.find(tag::bem_sigma)) {
        surface.sigma = file.real(*entry);
    }
    for (const int kind : {tag::bem_coord_frame, tag::mne_coord_frame}) {
        if (const Entry* entry = node.find(kind)) {
            surface.frame = named<meeg::CoordFrame>(static_cast<int>(file.integer(*entry)));
        }
    }
    surface.points = file.matrix(file.required(node, tag::bem_surf_nodes, "the points of a surface"));
    surface.triangles =
        integer_matrix(file, file.required(node, tag::bem_surf_triangles, "the triangles of a surface"), 3, 1);
    const Entry& n_points = file.required(node, tag::bem_surf_nnode, "the number of a surface's points");
    const Entry& n_triangles = file.required(node, tag::bem_surf_ntri, "the number of a surface's triangles");
    if (file.integer(n_points) != surface.n_points()) {
        file.fail(n_points, "is not the number of the surface's points, " + text_of(surface.n_points()));
    }
    if (file.integer(n_triangles) != surface.n_triangles()) {
        file.fail(n_triangles, "is not the number of the surface's triangles, " + text_of(surface.n_triangles()));
    }
    for (const int kind : {tag::bem_surf_normals, tag::mne_source_space_normals}) {
        if (const Entry* entry = node.find(kind)) {
            surface.normals = file.matrix(*entry);
        }
    }
    check(surface);
    if (surface.normals.empty()) {
        surface.normals = meeg::vertex_normals(surface.points, surface.triangles);
    }
    return surface;
}

StableVector<Surface> surfaces_of(const File& file, const Node& model) {
    auto frame = meeg::CoordFrame::mri;
    if (const Entry* entry = model.find(tag::bem_coord_frame)) {
        frame = named<meeg::CoordFrame>(static_cast<int>(file.integer(*entry)));
    }
    StableVector<Surface> surfaces;
    for (const Node* node : model.all(block::bem_surf)) {
        surfaces.push_back(surface_of(file, *node, frame));
    }
    return surfaces;
}

void write_surfaces(Writer& out, const StableVector<Surface>& surfaces) {
    for (const Surface& surface : surfaces) {
        check(surface);
        out.start_block(block::bem_surf);
        out.real(tag::bem_sigma, surface.sigma);
        out.integer(tag::bem_surf_id, surface.id);
        out.integer(tag::mne_coord_frame, number(surface.frame));
        out.integer(tag::bem_surf_nnode, surface.n_points());
        out.integer(tag::bem_surf_ntri, surface.n_triangles());
        out.matrix(tag::bem_surf_nodes, surface.points, type::float_);
        Array<std::int32_t, 2> corners = surface.triangles;
        for (index k = 0; k < corners.size(); ++k) {
            ++corners.data()[k];  // files count from 1
        }
        out.integer_matrix(tag::bem_surf_triangles, corners);
        if (!surface.normals.empty()) {
            out.matrix(tag::bem_surf_normals, surface.normals, type::float_);
        }
        out.end_block(block::bem_surf);
    }
}

}  // namespace

StableVector<Surface> read_bem_surfaces_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] { return surfaces_of(file, model_of(file)); });
}

bool holds_bem_solution_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] { return model_of(file).find(tag::bem_approx) != nullptr; });
}

meeg::BemModel read_bem_solution_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] {
        const Node& node = model_of(file);
        meeg::BemModel model;
        model.surfaces = surfaces_of(file, node);
        for (Surface& surface : model.surfaces) {  // files hold those of the icosahedron that was shrunk
            surface.normals = meeg::vertex_normals(surface.points, surface.triangles);
        }
        const Entry* method = node.find(tag::bem_approx);
        if (!method) {
            throw FileError(path, FileError::no_offset,
                            "holds no solution of its boundary-element model: use make_bem_solution()");
        }
        const auto number = file.integer(*method);
        if (number != static_cast<int>(meeg::BemMethod::linear_collocation)) {
            file.fail(*method, "is a method that is not linear collocation (2): " + text_of(number));
        }
        model.method = meeg::BemMethod::linear_collocation;
        if (const Entry* entry = node.find(tag::description)) {
            const auto json = nlohmann::json::parse(file.text(*entry), nullptr, false);
            if (!json.is_object() || !json.contains("solver") || !json["solver"].is_string()) {
                file.fail(*entry, "should be JSON that names the solver");
            }
            model.solver = json["solver"].get<std::string>();
        }
        const Entry& entry = file.required(node, tag::bem_pot_solution, "the solution of a boundary-element model");
        model.solution = file.matrix(entry);
        index n = 0;  // OpenMEEG's also has the currents on all but the outermost surface
        for (const Surface& surface : model.surfaces) {
            n += surface.n_points();
        }
        if (model.solver == "mne" && model.solution.extents() != std::array{n, n}) {
            file.fail(entry, "should be a matrix of the " + text_of(n) + " points by themselves");
        }
        return model;
    });
}

void write_bem_surfaces_fif(const StableVector<Surface>& surfaces, const fs::path& path, bool overwrite) {
    require(!surfaces.empty(), "there must be a surface to write");
    Writer out(path, overwrite);
    out.start_block(block::bem);
    out.integer(tag::bem_coord_frame, number(surfaces.begin()->frame));
    write_surfaces(out, surfaces);
    out.end_block(block::bem);
    out.commit();
}

void write_bem_solution_fif(const meeg::BemModel& model, const fs::path& path, bool overwrite) {
    require(!model.surfaces.empty(), "a boundary-element model must have surfaces to be written");
    Writer out(path, overwrite);
    out.start_block(block::bem);
    out.integer(tag::bem_coord_frame, number(model.surfaces.begin()->frame));
    if (model.solver != "mne") {
        out.text(tag::description, nlohmann::json{{"solver", model.solver}}.dump());
    }
    write_surfaces(out, model.surfaces);
    if (model.solved()) {
        out.integer(tag::bem_approx, static_cast<int>(model.method));
        out.matrix(tag::bem_pot_solution, model.solution, type::float_);
    }
    out.end_block(block::bem);
    out.commit();
}

}  // namespace ranvier::formats
