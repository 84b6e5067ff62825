#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"

namespace ranvier::formats {

namespace fiff {

namespace {

meeg::Projection projection(const File& file, const Node& item, const NameMap& longer) {
    meeg::Projection p;
    if (const Entry* entry = item.find(tag::description)) {
        p.description = file.text(*entry);
    } else {
        p.description = file.text(file.required(item, tag::name, "a projection's description"));
    }
    p.kind = named<meeg::ProjectionKind>(
        static_cast<int>(file.integer(file.required(item, tag::proj_item_kind, "a projection's kind"))));
    const auto& count = file.required(item, tag::proj_item_nvec, "a projection's number of vectors");
    const index n_vectors = file.integer(count);
    p.channels = renamed(
        longer, file.names(file.required(item, tag::proj_item_ch_name_list, "a projection's list of channels")));
    const Entry& vectors = file.required(item, tag::proj_item_vectors, "a projection's vectors");
    p.vectors = file.matrix(vectors);
    const index n_channels = static_cast<index>(p.channels.size());
    if (p.vectors.extent(0) == n_channels && p.vectors.extent(1) == n_vectors && n_vectors != n_channels) {
        p.vectors = Array<double, 2>(p.vectors.view().transposed());  // some programs wrote them the other way round
    }
    if (p.vectors.extent(1) != n_channels || p.vectors.extent(0) != n_vectors) {
        file.fail(vectors, "should hold " + text_of(n_vectors) + " vectors of " + text_of(n_channels) +
                               " channels; it holds " + text_of(p.vectors.extent(0)) + " of " +
                               text_of(p.vectors.extent(1)));
    }
    if (const Entry* entry = item.find(tag::mne_proj_item_active)) {
        p.active = file.integer(*entry) != 0;
    }
    if (const Entry* entry = item.find(tag::mne_explained_var)) {
        p.explained_variance = file.real(*entry);
    }
    return p;
}

}  // namespace

StableVector<meeg::Projection> projections_of(const File& file, const Node& node, const NameMap& longer) {
    StableVector<meeg::Projection> projections;
    if (const Node* group = node.first(block::proj)) {
        for (const Node* item : group->all(block::proj_item)) {
            projections.push_back(projection(file, *item, longer));
        }
    }
    return projections;
}

void write_projections(Writer& out, const StableVector<meeg::Projection>& projections, const NameMap& shorter) {
    if (projections.empty()) {
        return;
    }
    out.start_block(block::proj);
    for (const auto& p : projections) {
        meeg::check(p);
        out.start_block(block::proj_item);
        out.names(tag::proj_item_ch_name_list, renamed(shorter, p.channels));
        out.text(tag::name, p.description.empty() ? "projection" : p.description);
        out.integer(tag::nchan, static_cast<index>(p.channels.size()));
        out.integer(tag::proj_item_kind, number(p.kind));
        if (p.kind == meeg::ProjectionKind::field) {
            out.real(tag::proj_item_time, 0);
        }
        out.integer(tag::proj_item_nvec, p.vectors.extent(0));
        out.integer(tag::mne_proj_item_active, p.active ? 1 : 0);
        out.matrix(tag::proj_item_vectors, p.vectors, type::float_);
        if (p.explained_variance) {
            out.real(tag::mne_explained_var, *p.explained_variance);
        }
        out.end_block(block::proj_item);
    }
    out.end_block(block::proj);
}

std::vector<std::string> bads_of(const File& file, const Node& node, const NameMap& longer) {
    std::vector<std::string> bads;
    for (const Node* list : node.all(block::mne_bad_channels)) {
        if (const Entry* entry = list->find(tag::mne_ch_name_list)) {
            bads = renamed(longer, file.names(*entry));  // the last list counts
        }
    }
    return bads;
}

void write_bads(Writer& out, const std::vector<std::string>& bads, const NameMap& shorter) {
    if (!bads.empty()) {
        out.start_block(block::mne_bad_channels);
        out.names(tag::mne_ch_name_list, renamed(shorter, bads));
        out.end_block(block::mne_bad_channels);
    }
}

}  // namespace fiff

StableVector<meeg::Projection> read_projections_fif(const fs::path& path) {
    const fiff::File file(path);
    return fiff::reading(path, [&] {
        auto projections = fiff::projections_of(file, file.root());
        if (projections.empty()) {
            throw FileError(path, FileError::no_offset, "holds no projections");
        }
        return projections;
    });
}

void write_projections_fif(const StableVector<meeg::Projection>& projections, const fs::path& path, bool overwrite) {
    require(!projections.empty(), "at least one projection must be given to be written");
    fiff::Writer out(path, overwrite);
    fiff::write_projections(out, projections);
    out.commit();
}

}  // namespace ranvier::formats
