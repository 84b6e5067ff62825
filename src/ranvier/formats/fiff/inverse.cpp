// Inverse operators: *-inv.fif.
#include <algorithm>
#include <cmath>

#include "ranvier/formats/fiff/anatomy.hpp"
#include "ranvier/formats/fiff/covariance.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/formats/fiff/parents.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;
using meeg::CovarianceKind;
using meeg::InverseOperator;
using meeg::SourceUnit;

constexpr int first_unit = 202;  // A m, A/m, A/m²

/// The matrix that a named one holds, or nothing; names of its columns where it has some.
std::optional<Array<double, 2>> named_matrix(const File& file, const Node& node, int kind,
                                             std::vector<std::string>* columns = nullptr) {
    for (const Node* candidate : node.all(block::mne_named_matrix)) {
        if (const Entry* entry = candidate->find(kind)) {
            const Entry* names = candidate->find(tag::mne_col_names);
            if (columns && names) {
                *columns = file.names(*names);
            }
            return file.matrix(*entry);
        }
    }
    return std::nullopt;
}

std::vector<double> prior_of(const File& file, const Node& node, CovarianceKind kind) {
    const Node* found = covariance_block(node, kind, file);
    if (!found) {
        return {};
    }
    const meeg::Covariance prior = covariance_of(file, *found);
    if (!prior.diagonal) {
        file.fail(*found, "should be a diagonal covariance of sources");
    }
    return {prior.data.data(), prior.data.data() + prior.data.size()};
}

void write_prior(Writer& out, const std::vector<double>& values, CovarianceKind kind) {
    if (values.empty()) {
        return;
    }
    meeg::Covariance prior;
    prior.kind = kind;
    prior.diagonal = true;
    prior.data = Array<double, 2>({1, std::ssize(values)});
    std::ranges::copy(values, prior.data.data());
    write_covariance_block(out, prior);
}

/// Projections of the operator itself, not those of its noise covariance.
StableVector<meeg::Projection> own_projections(const File& file, const Node& root, const NameMap& longer) {
    for (const Node& child : root.children) {
        if (child.kind == block::proj) {
            return projections_of(file, child, longer);
        }
        if (child.kind == block::mne) {
            if (auto found = own_projections(file, child, longer); !found.empty()) {
                return found;
            }
        }
    }
    return {};
}

void write_named(Writer& out, int kind, View<const double, 2> matrix, const std::vector<std::string>& columns) {
    out.start_block(block::mne_named_matrix);
    out.integer(tag::mne_nrow, matrix.extent(0));
    out.integer(tag::mne_ncol, matrix.extent(1));
    if (!columns.empty()) {
        out.names(tag::mne_col_names, columns);
    }
    out.matrix(kind, matrix, type::float_);
    out.end_block(block::mne_named_matrix);
}

}  // namespace

meeg::InverseOperator read_inverse_operator_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] {
        const Node& root = file.root();
        const Node* found = root.first(block::mne_inverse_solution);
        if (!found) {
            throw FileError(path, FileError::no_offset, "holds no inverse operator");
        }
        const Node& node = *found;
        const auto integer = [&](int kind, const char* what) {
            return static_cast<int>(file.integer(file.required(node, kind, what)));
        };
        const auto between = [&](int kind, const char* what, int low, int high) {
            const int value = integer(kind, what);
            if (value < low || value > high) {
                file.fail(file.required(node, kind, what), std::string("should say ") + what + " by a number from " +
                                                               text_of(low) + " to " + text_of(high) + "; got " +
                                                               text_of(value));
            }
            return value;
        };
        InverseOperator out;
        out.modalities =
            static_cast<meeg::Modalities>(between(tag::mne_included_methods, "whether it is of MEG or EEG", 1, 3));
        out.orientation =
            static_cast<meeg::SourceOrientation>(between(tag::mne_source_orientation, "how sources may point", 1, 2));
        out.frame = named<meeg::CoordFrame>(integer(tag::mne_coord_frame, "the coordinate frame"));
        if (out.frame != meeg::CoordFrame::head && out.frame != meeg::CoordFrame::mri) {
            throw FileError(path, FileError::no_offset,
                            "should be in MRI or head coordinates; got " + meeg::text(out.frame));
        }
        out.unit = SourceUnit::unknown;
        if (const Entry* entry = node.find(tag::mne_inverse_source_unit)) {
            const auto unit = file.integer(*entry) - first_unit;
            out.unit = unit >= 0 && unit < 3 ? static_cast<SourceUnit>(unit + 1) : SourceUnit::unknown;
        }
        out.source_nn = file.matrix(file.required(node, tag::mne_inverse_source_orientations, "directions of sources"));
        out.sing = file.reals(file.required(node, tag::mne_inverse_sing, "singular values"));
        auto leads = named_matrix(file, node, tag::mne_inverse_leads);
        if (!leads) {
            leads = named_matrix(file, node, tag::mne_inverse_leads_weighted);
            out.leads_weighted = true;
        }
        auto fields = named_matrix(file, node, tag::mne_inverse_fields, &out.names);
        if (!leads || !fields) {
            file.fail(node, leads ? "holds no eigenfields" : "holds no eigenleads");
        }
        out.leads = std::make_shared<Array<double, 2>>(leads->view().transposed());
        out.fields = std::move(*fields);
        const Node* noise = covariance_block(node, CovarianceKind::noise, file);
        if (!noise) {
            file.fail(node, "holds no noise covariance");
        }
        out.noise_cov = covariance_of(file, *noise);
        out.source_cov = prior_of(file, node, CovarianceKind::source);
        out.orient_prior = prior_of(file, node, CovarianceKind::orientation_prior);
        out.depth_prior = prior_of(file, node, CovarianceKind::depth_prior);
        out.fmri_prior = prior_of(file, node, CovarianceKind::fmri_prior);
        NameMap longer;
        Parents parents = parents_of(file, root, longer);
        out.mri_to_head = parents.mri_to_head;
        out.mri_file = std::move(parents.mri_file);
        out.meas_file = std::move(parents.meas_file);
        out.info = std::move(parents.info);
        out.names = renamed(longer, std::move(out.names));
        out.noise_cov.names = renamed(longer, std::move(out.noise_cov.names));
        out.projections = own_projections(file, root, longer);
        meeg::SourceSpaces sources = source_spaces_of(file, root);
        meeg::move_sources(sources, out.frame, out.mri_to_head);
        out.sources = std::make_shared<meeg::SourceSpaces>(std::move(sources));
        meeg::check(out);
        return out;
    });
}

void write_inverse_operator_fif(const meeg::InverseOperator& inverse, const fs::path& path, bool overwrite) {
    meeg::check(inverse);
    require(std::ranges::none_of(inverse.source_cov, [](double x) { return std::isnan(x); }),
            "an inverse operator that was prepared for eLORETA can't be written: files have no place for its weights. "
            "Write the one that it was prepared from");
    Writer out(path, overwrite);
    out.start_block(block::mne);
    write_parents(out, {inverse.mri_to_head, inverse.mri_file, inverse.meas_file, inverse.info});
    write_projections(out, inverse.projections);
    write_source_space_blocks(out, *inverse.sources);
    out.start_block(block::mne_inverse_solution);
    out.integer(tag::mne_included_methods, static_cast<int>(inverse.modalities));
    out.integer(tag::mne_coord_frame, number(inverse.frame));
    if (inverse.unit != SourceUnit::unknown) {
        out.integer(tag::mne_inverse_source_unit, first_unit - 1 + static_cast<int>(inverse.unit));
    }
    out.integer(tag::mne_source_orientation, static_cast<int>(inverse.orientation));
    out.integer(tag::mne_source_space_npoints, inverse.n_sources());
    out.integer(tag::nchan, std::ssize(inverse.names));
    out.matrix(tag::mne_inverse_source_orientations, inverse.source_nn, type::float_);
    out.reals(tag::mne_inverse_sing, inverse.sing, type::float_);
    write_covariance_block(out, inverse.noise_cov);
    write_prior(out, inverse.source_cov, CovarianceKind::source);
    write_prior(out, inverse.depth_prior, CovarianceKind::depth_prior);
    write_prior(out, inverse.orient_prior, CovarianceKind::orientation_prior);
    write_prior(out, inverse.fmri_prior, CovarianceKind::fmri_prior);
    write_named(out, tag::mne_inverse_fields, inverse.fields, inverse.names);
    write_named(out, inverse.leads_weighted ? tag::mne_inverse_leads_weighted : tag::mne_inverse_leads,
                Array<double, 2>(inverse.leads->view().transposed()), {});
    out.end_block(block::mne_inverse_solution);
    out.end_block(block::mne);
    out.commit();
}

}  // namespace ranvier::formats
