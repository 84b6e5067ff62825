// Source spaces: *-src.fif, and what forward solutions and inverse operators hold of them.
#include <algorithm>

#include "ranvier/formats/fiff/anatomy.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"

namespace ranvier::formats {

namespace fiff {

using meeg::SourceSpace;
using meeg::SourceSpaceKind;

namespace {

const Entry* first_of(const Node& node, std::initializer_list<int> kinds) {
    for (const int kind : kinds) {
        if (const Entry* entry = node.find(kind)) {
            return entry;
        }
    }
    return nullptr;
}

SourceSpaceKind kind_of(const File& file, const Node& node) {
    const Entry& entry = file.required(node, tag::mne_source_space_type, "the kind of a source space");
    const auto number = file.integer(entry);
    if (number < 1 || number > 3) {
        file.fail(entry, "should be the kind of a source space, 1 to 3; got " + text_of(number));
    }
    return static_cast<SourceSpaceKind>(number - 1);
}

meeg::Neighbours neighbours_of(const File& file, const Node& node, index n_points) {
    const Entry* counts = node.find(tag::mne_source_space_nneighbors);
    meeg::Neighbours made;
    if (!counts) {
        return made;
    }
    const Entry& list = file.required(node, tag::mne_source_space_neighbors, "the neighbours of a volume's points");
    made.list = file.integers(list);
    for (const int n : file.integers(*counts)) {
        made.starts.push_back(made.starts.back() + n);
        if (n < 0) {
            file.fail(*counts, "holds a number of neighbours below 0");
        }
    }
    if (std::ssize(made.starts) != n_points + 1 || made.starts.back() != std::ssize(made.list)) {
        file.fail(list, "does not hold the neighbours of " + text_of(n_points) + " points");
    }
    for (const int p : made.list) {
        if (p < -1 || p >= n_points) {
            file.fail(list, "names point " + text_of(p) + " of " + text_of(n_points));
        }
    }
    return made;
}

meeg::VolumeGrid grid_of(const File& file, const Node& node, index n_points) {
    meeg::VolumeGrid grid;
    if (const Entry* entry = node.find(tag::mne_source_space_voxel_dims)) {
        const auto shape = file.integers(*entry);
        if (shape.size() != 3) {
            file.fail(*entry, "should be the shape of a grid of three dimensions");
        }
        std::copy(shape.begin(), shape.end(), grid.shape.begin());
    }
    if (const Entry* entry = node.find(tag::coord_trans)) {
        grid.grid_to_mri = file.transform(*entry);
    }
    const Node* mri = node.first(block::mne_parent_mri_file);
    if (!mri) {
        file.fail(node,
                  "is a volume source space that does not say on which MRI it lies, as those of MNE 2.7.3 and "
                  "before; make it anew with setup_volume_source_space()");
    }
    for (const Entry& entry : mri->tags) {
        if (entry.kind == tag::coord_trans) {
            const auto transform = file.transform(entry);
            if (transform.from == meeg::mri_voxel_frame) {
                grid.voxel_to_mri = transform;
            }
            if (transform.to == meeg::ras_frame) {
                grid.mri_to_ras = transform;
            }
        }
    }
    if (const Entry* entry = mri->find(tag::mne_source_space_interpolator)) {
        auto matrix = file.sparse_matrix(*entry);
        if (matrix.columns != n_points) {
            file.fail(*entry, "does not interpolate from the " + text_of(n_points) + " points of the source space");
        }
        if (matrix.n_stored() > 0) {
            grid.interpolator = std::move(matrix);
        }
    }
    constexpr std::array sizes{tag::mri_width, tag::mri_height, tag::mri_depth};
    for (std::size_t k = 0; k < sizes.size(); ++k) {
        if (const Entry* entry = mri->find(sizes[k])) {
            grid.mri_shape[k] = static_cast<int>(file.integer(*entry));
        }
    }
    if (const Entry* entry = mri->find(tag::mne_source_space_mri_file)) {
        grid.mri_file = file.text(*entry);
    }
    if (const Entry* entry = mri->find(tag::mne_file_name)) {
        grid.mri_volume_name = file.text(*entry);
    }
    if (const Entry* entry = node.find(tag::comment)) {
        grid.segment = file.text(*entry);
    }
    grid.neighbours = neighbours_of(file, node, n_points);
    return grid;
}

SourceSpace space_of(const File& file, const Node& node) {
    SourceSpace space;
    space.kind = kind_of(file, node);
    if (const Entry* entry = node.find(tag::mne_source_space_id)) {
        space.id = static_cast<int>(file.integer(*entry));
    }
    const Entry& count = file.required(node, tag::mne_source_space_npoints, "the number of points");
    const index n = file.integer(count);
    space.frame = named<meeg::CoordFrame>(static_cast<int>(
        file.integer(file.required(node, tag::mne_coord_frame, "the coordinate frame of a source space"))));
    space.points = file.matrix(file.required(node, tag::mne_source_space_points, "the points of a source space"));
    space.normals = file.matrix(file.required(node, tag::mne_source_space_normals, "the normals of a source space"));
    if (space.n_points() != n) {
        file.fail(count, "says " + text_of(n) + " points, but there are " + text_of(space.n_points()));
    }
    if (const Entry* entry = first_of(node, {tag::bem_surf_triangles, tag::mne_source_space_triangles})) {
        space.triangles = integer_matrix(file, *entry, 3, 1);
    }
    if (const Entry* entry = node.find(tag::mne_source_space_use_triangles)) {
        space.use_triangles = integer_matrix(file, *entry, 3, 1);
    }
    if (node.find(tag::mne_source_space_nuse)) {
        const Entry& entry = file.required(node, tag::mne_source_space_selection, "which points are used");
        const auto used = file.integers(entry);
        if (std::ssize(used) != n) {
            file.fail(entry, "should say of each of " + text_of(n) + " points whether it is used");
        }
        for (index k = 0; k < n; ++k) {
            if (used[static_cast<std::size_t>(k)]) {
                space.vertices.push_back(k);
            }
        }
    }
    const Entry *nearest = node.find(tag::mne_source_space_nearest),
                *far = node.find(tag::mne_source_space_nearest_dist);
    if (nearest && far) {
        const auto numbers = file.integers(*nearest);
        space.nearest.assign(numbers.begin(), numbers.end());
        space.nearest_distances = file.reals(*far);
    }
    const Entry *distances = node.find(tag::mne_source_space_dist),
                *limit = node.find(tag::mne_source_space_dist_limit);
    if (distances && limit) {
        const auto upper = file.sparse_matrix(*distances);
        if (upper.rows != n || upper.columns != n) {
            file.fail(*distances, "should be a matrix of the " + text_of(n) + " points by themselves");
        }
        space.distances = sum(upper, transposed(upper));
        const auto limits = file.reals(*limit);
        if (limits.size() != 1) {
            file.fail(*limit, "should be one distance");
        }
        space.distance_limit = limits[0];
    }
    if (const Entry* entry = node.find(tag::subject_his_id)) {
        space.subject = file.text(*entry);
    }
    if (space.kind == SourceSpaceKind::volume) {
        space.volume = grid_of(file, node, n);
    }
    check(space);
    return space;
}

}  // namespace

Array<std::int32_t, 2> integer_matrix(const File& file, const Entry& entry, index columns, int first) {
    const auto shape = matrix_shape(file, entry);
    if (shape.extents.size() != 2 || shape.extents[1] != columns || shape.element != type::int_) {
        file.fail(entry, "should be a matrix of whole numbers with " + text_of(columns) + " columns");
    }
    Array<std::int32_t, 2> made({shape.extents[0], columns});
    for (index k = 0; k < made.size(); ++k) {
        made.data()[k] = file.int32_at(entry, 4 * static_cast<std::size_t>(k)) - first;
    }
    return made;
}

meeg::SourceSpaces source_spaces_of(const File& file, const Node& node) {
    meeg::SourceSpaces made;
    for (const Node* space : node.all(block::mne_source_space)) {
        made.spaces.push_back(space_of(file, *space));
    }
    if (made.spaces.empty()) {
        throw FileError(file.path(), FileError::no_offset, "holds no source space");
    }
    return made;
}

namespace {

void write_grid(Writer& out, const SourceSpace& space) {
    require(space.volume.has_value(), "a volume source space must have its grid");
    const meeg::VolumeGrid& grid = *space.volume;
    require(grid.voxel_to_mri && grid.mri_to_ras,
            "a volume source space that is written must know where the MRI lies that it is shown on: use "
            "setup_volume_source_space(subject, mri=...)");
    if (grid.neighbours.starts.size() > 1) {
        std::vector<int> counts;
        for (index p = 0; p < space.n_points(); ++p) {
            counts.push_back(static_cast<int>(grid.neighbours.of(p).size()));
        }
        out.integers(tag::mne_source_space_nneighbors, counts);
        out.integers(tag::mne_source_space_neighbors, grid.neighbours.list);
    }
    out.transform(grid.grid_to_mri);
    out.integers(tag::mne_source_space_voxel_dims, grid.shape);
    out.start_block(block::mne_parent_mri_file);
    out.transform(*grid.mri_to_ras);
    out.transform(*grid.voxel_to_mri);
    out.text(tag::mne_file_name, grid.mri_volume_name);
    numerics::SparseMatrix none;
    none.rows = index{grid.mri_shape[0]} * grid.mri_shape[1] * grid.mri_shape[2];
    none.columns = space.n_points();
    none.starts.assign(static_cast<std::size_t>(none.rows) + 1, 0);
    out.sparse_matrix(tag::mne_source_space_interpolator, grid.interpolator ? *grid.interpolator : none);
    out.text(tag::mne_source_space_mri_file, grid.mri_file);
    out.integer(tag::mri_width, grid.mri_shape[0]);
    out.integer(tag::mri_height, grid.mri_shape[1]);
    out.integer(tag::mri_depth, grid.mri_shape[2]);
    out.end_block(block::mne_parent_mri_file);
}

/// Triangles as files count them.
Array<std::int32_t, 2> from_one(const Array<std::int32_t, 2>& triangles) {
    Array<std::int32_t, 2> made = triangles;
    std::for_each(made.data(), made.data() + made.size(), [](std::int32_t& corner) { ++corner; });
    return made;
}

numerics::SparseMatrix upper_triangle(const numerics::SparseMatrix& matrix) {
    numerics::SparseMatrix made{matrix.rows, matrix.columns, {0}, {}, {}};
    for (index row = 0; row < matrix.rows; ++row) {
        const auto columns = matrix.columns_in(row);
        const auto values = matrix.values_in(row);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            if (columns[k] >= row) {
                made.column_of.push_back(columns[k]);
                made.values.push_back(values[k]);
            }
        }
        made.starts.push_back(made.n_stored());
    }
    return made;
}

void write_space(Writer& out, const SourceSpace& space) {
    check(space);
    out.start_block(block::mne_source_space);
    out.integer(tag::mne_source_space_type, static_cast<int>(space.kind) + 1);
    if (space.id >= 0) {
        out.integer(tag::mne_source_space_id, space.id);
    }
    out.text(tag::subject_his_id, space.subject);
    out.integer(tag::mne_coord_frame, number(space.frame));
    out.integer(tag::mne_source_space_npoints, space.n_points());
    out.matrix(tag::mne_source_space_points, space.points, type::float_);
    out.matrix(tag::mne_source_space_normals, space.normals, type::float_);
    const auto used = meeg::in_use(space);
    out.integers(tag::mne_source_space_selection, std::vector<int>(used.begin(), used.end()));
    out.integer(tag::mne_source_space_nuse, space.n_used());
    if (!space.triangles.empty()) {
        out.integer(tag::mne_source_space_ntri, space.triangles.extent(0));
        out.integer_matrix(tag::mne_source_space_triangles, from_one(space.triangles));
    }
    if (space.kind != SourceSpaceKind::volume && !space.use_triangles.empty()) {
        out.integer(tag::mne_source_space_nuse_tri, space.use_triangles.extent(0));
        out.integer_matrix(tag::mne_source_space_use_triangles, from_one(space.use_triangles));
    }
    if (space.kind == SourceSpaceKind::volume) {
        write_grid(out, space);
    }
    if (!space.nearest.empty()) {
        out.integers(tag::mne_source_space_nearest, std::vector<int>(space.nearest.begin(), space.nearest.end()));
        out.reals(tag::mne_source_space_nearest_dist, space.nearest_distances, type::float_);
    }
    if (space.distances) {
        out.sparse_matrix(tag::mne_source_space_dist, upper_triangle(*space.distances));
        out.real(tag::mne_source_space_dist_limit, space.distance_limit);
    }
    if (space.volume) {
        out.text(tag::comment, space.volume->segment);
    }
    out.end_block(block::mne_source_space);
}

}  // namespace

void write_source_space_blocks(Writer& out, const meeg::SourceSpaces& spaces) {
    for (const SourceSpace& space : spaces.spaces) {
        write_space(out, space);
    }
}

}  // namespace fiff

using namespace fiff;

meeg::SourceSpaces read_source_spaces_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] {
        meeg::SourceSpaces made = source_spaces_of(file, file.root());
        if (const Node* node = file.root().first(block::mne_env)) {
            if (const Entry* entry = node->find(tag::mne_env_working_dir)) {
                made.working_dir = file.text(*entry);
            }
            if (const Entry* entry = node->find(tag::mne_env_command_line)) {
                made.command_line = file.text(*entry);
            }
        }
        return made;
    });
}

void write_source_spaces_fif(const meeg::SourceSpaces& spaces, const fs::path& path, bool overwrite) {
    require(!spaces.spaces.empty(), "there must be a source space to write");
    Writer out(path, overwrite);
    out.start_block(block::mne);
    out.start_block(block::mne_env);
    out.tag_bytes(tag::block_id, type::id_struct, empty_id());
    out.text(tag::mne_env_working_dir, spaces.working_dir);
    out.text(tag::mne_env_command_line, spaces.command_line);
    out.end_block(block::mne_env);
    write_source_space_blocks(out, spaces);
    out.end_block(block::mne);
    out.commit();
}

}  // namespace ranvier::formats
