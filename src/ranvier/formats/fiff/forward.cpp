// Forward solutions: *-fwd.fif.
#include <algorithm>

#include "ranvier/base/log.hpp"
#include "ranvier/formats/fiff/anatomy.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/formats/fiff/parents.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;
using meeg::CoordFrame;
using meeg::ForwardSolution;
using meeg::SourceOrientation;

enum Method { meg = 1, eeg = 2 };

/// Rows of one kind of channels.
struct Part {
    SourceOrientation orientation = SourceOrientation::free;
    CoordFrame frame = CoordFrame::head;
    index n_sources = 0;
    std::vector<std::string> names;
    Array<double, 2> gain;
};

Part part_of(const File& file, const Node& node) {
    const auto integer = [&](int kind, const char* what) { return file.integer(file.required(node, kind, what)); };
    Part part;
    const Entry& orientation = file.required(node, tag::mne_source_orientation, "how sources may point");
    const auto number = file.integer(orientation);
    if (number < 0 || number > 2) {
        file.fail(orientation, "should be 1 (fixed) or 2 (free); got " + text_of(number));
    }
    part.orientation = static_cast<SourceOrientation>(number);
    part.frame = named<CoordFrame>(static_cast<int>(integer(tag::mne_coord_frame, "the coordinate frame")));
    part.n_sources = integer(tag::mne_source_space_npoints, "the number of sources");
    const index n_channels = integer(tag::nchan, "the number of channels");
    const Node* matrix = nullptr;
    for (const Node* candidate : node.all(block::mne_named_matrix)) {
        matrix = !matrix && candidate->find(tag::mne_forward_solution) ? candidate : matrix;
        if (candidate->find(tag::mne_forward_solution_grad)) {
            warn("the gradients of the forward solution in " + file.path().string() + " are left out");
        }
    }
    if (!matrix) {
        file.fail(node, "holds no matrix of a forward solution");
    }
    const Entry& data = file.required(*matrix, tag::mne_forward_solution, "the forward solution");
    const Array<double, 2> stored = file.matrix(data);  // sources by channels
    part.names = file.names(file.required(*matrix, tag::mne_col_names, "the names of the channels"));
    const index columns = part.orientation == SourceOrientation::fixed ? part.n_sources : 3 * part.n_sources;
    if (stored.extent(1) != n_channels || std::ssize(part.names) != n_channels || stored.extent(0) != columns) {
        file.fail(data, "should hold " + text_of(columns) + " columns of " + text_of(n_channels) + " channels; got " +
                            text_of(stored.extent(0)) + " of " + text_of(stored.extent(1)));
    }
    part.gain = Array<double, 2>(stored.view().transposed());
    return part;
}

ForwardSolution merged(const File& file, const Node& root) {
    std::optional<Part> parts[2];
    for (const Node* node : root.all(block::mne_forward_solution)) {
        const Entry& method = file.required(*node, tag::mne_included_methods, "whether it is of MEG or EEG");
        const auto number = file.integer(method);
        if (number != meg && number != eeg) {
            file.fail(method, "should be 1 (MEG) or 2 (EEG); got " + text_of(number));
        }
        parts[number - 1] = part_of(file, *node);
    }
    ForwardSolution out;
    index rows = 0;
    const Part* first = nullptr;
    for (const auto& part : parts) {
        if (!part) {
            continue;
        }
        if (first && (first->gain.extent(1) != part->gain.extent(1) || first->orientation != part->orientation ||
                      first->frame != part->frame)) {
            throw FileError(file.path(), FileError::no_offset, "holds MEG and EEG forward solutions that do not match");
        }
        first = first ? first : &*part;
        rows += part->gain.extent(0);
    }
    if (!first) {
        throw FileError(file.path(), FileError::no_offset, "holds no forward solution");
    }
    out.gain = Array<double, 2>({rows, first->gain.extent(1)});
    double* to = out.gain.data();
    for (const auto& part : parts) {
        if (part) {
            to = std::copy_n(part->gain.data(), part->gain.size(), to);
            out.names.insert(out.names.end(), part->names.begin(), part->names.end());
        }
    }
    out.orientation = out.original_orientation = first->orientation;
    out.frame = first->frame;
    if (out.frame != CoordFrame::head && out.frame != CoordFrame::mri) {
        throw FileError(file.path(), FileError::no_offset,
                        "should be in MRI or head coordinates; got " + meeg::text(out.frame));
    }
    return out;
}

void write_part(Writer& out, const ForwardSolution& forward, const std::vector<index>& rows, Method method) {
    if (rows.empty()) {
        return;
    }
    const Array<double, 2>& gain = forward.original_gain();
    Array<double, 2> columns({gain.extent(1), std::ssize(rows)});
    std::vector<std::string> names;
    for (index k = 0; k < std::ssize(rows); ++k) {
        const index row = rows[static_cast<std::size_t>(k)];
        names.push_back(forward.names[static_cast<std::size_t>(row)]);
        for (index c = 0; c < gain.extent(1); ++c) {
            columns(c, k) = gain(row, c);
        }
    }
    out.start_block(block::mne_forward_solution);
    out.integer(tag::mne_included_methods, method);
    out.integer(tag::mne_coord_frame, number(forward.frame));
    out.integer(tag::mne_source_orientation, static_cast<int>(forward.original_orientation));
    out.integer(tag::mne_source_space_npoints, forward.n_sources());
    out.integer(tag::nchan, std::ssize(rows));
    out.start_block(block::mne_named_matrix);
    out.integer(tag::mne_nrow, columns.extent(0));
    out.integer(tag::mne_ncol, columns.extent(1));
    out.names(tag::mne_col_names, names);
    out.matrix(tag::mne_forward_solution, columns, type::float_);
    out.end_block(block::mne_named_matrix);
    out.end_block(block::mne_forward_solution);
}

}  // namespace

meeg::ForwardSolution read_forward_solution_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] {
        const Node& root = file.root();
        ForwardSolution out = merged(file, root);
        NameMap longer;
        Parents parents = parents_of(file, root, longer);
        out.mri_to_head = parents.mri_to_head;
        out.mri_file = std::move(parents.mri_file);
        out.meas_file = std::move(parents.meas_file);
        out.info = std::move(parents.info);
        for (std::string& name : out.names) {
            name = renamed(longer, name);
        }
        std::vector<index> picks;
        for (const std::string& name : out.names) {
            picks.push_back(meeg::channel_index(out.info, name));
        }
        std::ranges::sort(picks);
        meeg::pick_channels(out.info, picks);
        out.sources = source_spaces_of(file, root);
        if (const Node* node = root.first(block::mne_env)) {
            if (const Entry* entry = node->find(tag::mne_env_working_dir)) {
                out.sources.working_dir = file.text(*entry);
            }
            if (const Entry* entry = node->find(tag::mne_env_command_line)) {
                out.sources.command_line = file.text(*entry);
            }
        }
        meeg::move_sources(out.sources, out.frame, out.mri_to_head);
        meeg::check(out);
        meeg::convert_forward_solution(out, {.surf_ori = false, .force_fixed = false, .use_cps = false});
        return out;
    });
}

void write_forward_solution_fif(const meeg::ForwardSolution& forward, const fs::path& path, bool overwrite) {
    meeg::check(forward);
    Writer out(path, overwrite);
    out.start_block(block::mne);
    out.start_block(block::mne_env);
    out.tag_bytes(tag::block_id, type::id_struct, empty_id());
    out.text(tag::mne_env_working_dir, forward.sources.working_dir);
    out.text(tag::mne_env_command_line, forward.sources.command_line);
    out.end_block(block::mne_env);
    write_parents(out, {forward.mri_to_head, forward.mri_file, forward.meas_file, forward.info});

    meeg::SourceSpaces sources = forward.sources;
    meeg::move_sources(sources, CoordFrame::mri, forward.mri_to_head);
    write_source_space_blocks(out, sources);
    std::vector<index> rows[2];
    for (index k = 0; k < forward.n_channels(); ++k) {
        const index c = meeg::channel_index(forward.info, forward.names[static_cast<std::size_t>(k)]);
        const bool is_eeg = forward.info.channels[static_cast<std::size_t>(c)].kind == meeg::ChannelKind::eeg;
        rows[is_eeg].push_back(k);
    }
    write_part(out, forward, rows[0], meg);
    write_part(out, forward, rows[1], eeg);
    out.end_block(block::mne);
    out.commit();
}

}  // namespace ranvier::formats
