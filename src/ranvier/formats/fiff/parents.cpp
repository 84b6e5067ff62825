#include "ranvier/formats/fiff/parents.hpp"

#include <algorithm>

#include "ranvier/meeg/forward/forward_solution.hpp"

namespace ranvier::formats::fiff {

namespace {

using meeg::CoordFrame;

const Node& block_of(const File& file, const Node& root, int kind, const char* what) {
    const Node* node = root.first(kind);
    if (!node) {
        throw FileError(file.path(), FileError::no_offset, std::string("does not say ") + what);
    }
    return *node;
}

}  // namespace

Parents parents_of(const File& file, const Node& root, NameMap& longer) {
    Parents out;
    const Node& mri = block_of(file, root, block::mne_parent_mri_file, "which MRI its sources are in");
    const Node& meas = block_of(file, root, block::mne_parent_meas_file, "which recording it is for");
    const Entry& trans = file.required(mri, tag::coord_trans, "the transform from MRI to head");
    out.mri_to_head = file.transform(trans);
    if (out.mri_to_head.from == CoordFrame::head) {
        out.mri_to_head = meeg::exact_inverse(out.mri_to_head);
    }
    if (out.mri_to_head.from != CoordFrame::mri || out.mri_to_head.to != CoordFrame::head) {
        file.fail(trans, "should go from MRI to head");
    }
    if (const Entry* entry = mri.find(tag::mne_file_name)) {
        out.mri_file = file.text(*entry);
    }
    if (const Entry* entry = meas.find(tag::mne_file_name)) {
        out.meas_file = file.text(*entry);
    }
    out.info.channels = channels_of(file, meas, longer);
    out.info.sfreq = 1;  // which the file does not say
    if (const Entry* entry = meas.find(tag::coord_trans)) {
        const meeg::Transform transform = file.transform(*entry);
        if (transform.from == CoordFrame::device && transform.to == CoordFrame::head) {
            out.info.dev_head_t = transform;
        }
    }
    for (const std::string& bad : bads_of(file, meas, longer)) {
        if (std::ranges::any_of(out.info.channels, [&](const meeg::Channel& c) { return c.name == bad; })) {
            out.info.bads.push_back(bad);
        }
    }
    return out;
}

void write_parents(Writer& out, const Parents& parents) {
    out.start_block(block::mne_parent_mri_file);
    out.text(tag::mne_file_name, parents.mri_file.empty() ? "unknown" : parents.mri_file);
    out.tag_bytes(tag::parent_file_id, type::id_struct, empty_id());
    out.transform(parents.mri_to_head);
    out.end_block(block::mne_parent_mri_file);

    const NameMap shorter = short_names(parents.info.channels);
    out.start_block(block::mne_parent_meas_file);
    out.text(tag::mne_file_name, parents.meas_file.empty() ? "unknown" : parents.meas_file);
    if (parents.info.dev_head_t) {
        out.transform(*parents.info.dev_head_t);
    }
    out.integer(tag::nchan, parents.info.n_channels());
    write_channels(out, parents.info.channels, shorter, false);
    write_bads(out, parents.info.bads, shorter);
    out.end_block(block::mne_parent_meas_file);
}

}  // namespace ranvier::formats::fiff
