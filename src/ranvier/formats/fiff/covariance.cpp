#include <algorithm>

#include "ranvier/formats/fiff/covariance.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/fiff/numbers.hpp"

namespace ranvier::formats {

namespace {

using namespace fiff;

/// The lower triangle, row by row, made symmetric.
Array<double, 2> symmetric(const std::vector<double>& lower, index n) {
    Array<double, 2> full({n, n});
    std::size_t k = 0;
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j <= i; ++j, ++k) {
            full(i, j) = full(j, i) = lower[k];
        }
    }
    return full;
}

}  // namespace

namespace fiff {

meeg::Covariance covariance_of(const File& file, const Node& node) {
    meeg::Covariance result;
    result.kind = named<meeg::CovarianceKind>(
        static_cast<int>(file.integer(file.required(node, tag::mne_cov_kind, "the covariance's kind"))));
    const Entry& dimension = file.required(node, tag::mne_cov_dim, "the covariance's dimension");
    const index n = file.integer(dimension);
    if (n <= 0) {
        file.fail(dimension, "should be a dimension > 0; got " + text_of(n));
    }
    result.nfree = -1;
    if (const Entry* entry = node.find(tag::mne_cov_nfree)) {
        result.nfree = static_cast<int>(file.integer(*entry));
    }
    if (const Entry* entry = node.find(tag::mne_row_names)) {
        result.names = file.names(*entry);
        if (static_cast<index>(result.names.size()) != n) {
            file.fail(*entry, "names " + text_of(result.names.size()) + " channels of a covariance of " + text_of(n));
        }
    }
    const Entry* data = node.find(tag::mne_cov);
    result.diagonal = data == nullptr;
    if (!data) {
        data = &file.required(node, tag::mne_cov_diag, "the covariance's data");
    }
    if (!result.diagonal && (data->type & type::matrix) != 0) {
        result.data = file.matrix(*data);  // refuses sparse ones
        if (result.data.extent(0) != n || result.data.extent(1) != n) {
            file.fail(*data, "is not a square matrix of dimension " + text_of(n));
        }
    } else {
        const auto values = file.reals(*data);
        const auto count = static_cast<std::size_t>(n);
        // Compared by division, because n² of a damaged file may not fit.
        const bool fits = result.diagonal ? values.size() == count
                                          : count < (std::size_t{1} << 31) && values.size() == count * (count + 1) / 2;
        if (!fits) {
            file.fail(*data, "holds " + text_of(values.size()) + " numbers, which do not make a covariance of " +
                                 text_of(n) + " channels");
        }
        if (result.diagonal) {
            result.data = Array<double, 2>({1, n});
            std::copy(values.begin(), values.end(), result.data.data());
        } else {
            result.data = symmetric(values, n);
        }
    }
    const Entry *eig = node.find(tag::mne_cov_eigenvalues), *eigvec = node.find(tag::mne_cov_eigenvectors);
    if (eig && eigvec) {
        result.eig = file.reals(*eig);
        result.eigvec = file.matrix(*eigvec);
        if (static_cast<index>(result.eig.size()) != result.eigvec.extent(0) || result.eigvec.extent(1) != n) {
            file.fail(*eigvec, "does not hold one vector of " + text_of(n) + " channels per eigenvalue");
        }
    }
    if (const Entry* entry = node.find(tag::mne_cov_method)) {
        result.method = file.text(*entry);
    }
    if (const Entry* entry = node.find(tag::mne_cov_score)) {
        result.loglik = file.real(*entry);
    }
    result.projections = projections_of(file, node);
    result.bads = bads_of(file, node);
    return result;
}

const Node* covariance_block(const Node& root, meeg::CovarianceKind kind, const File& file) {
    for (const Node* node : root.all(block::mne_cov)) {
        const Entry* entry = node->find(tag::mne_cov_kind);
        if (entry && file.integer(*entry) == number(kind)) {
            return node;
        }
    }
    return nullptr;
}

void write_covariance_block(Writer& out, const meeg::Covariance& covariance) {
    const index n = covariance.data.extent(1);
    require(n > 0 && covariance.data.extent(0) == (covariance.diagonal ? 1 : n), [&] {
        return "a covariance must have shape (n, n), or (1, n) if diagonal; got (" +
               text_of(covariance.data.extent(0)) + ", " + text_of(n) + ")";
    });
    require(covariance.names.empty() || static_cast<index>(covariance.names.size()) == n, [&] {
        return "a covariance must have one name per channel; got " + text_of(covariance.names.size()) + " names for " +
               text_of(n) + " channels";
    });
    out.start_block(block::mne_cov);
    out.integer(tag::mne_cov_kind, number(covariance.kind));
    out.integer(tag::mne_cov_dim, n);
    if (covariance.nfree > 0) {
        out.integer(tag::mne_cov_nfree, covariance.nfree);
    }
    out.names(tag::mne_row_names, covariance.names);
    if (covariance.diagonal) {
        out.reals(tag::mne_cov_diag, covariance.data.view().row(0), type::double_);
    } else {
        std::vector<double> lower;
        lower.reserve(static_cast<std::size_t>(n * (n + 1) / 2));
        for (index i = 0; i < n; ++i) {
            const auto row = covariance.data.view().row(i);
            lower.insert(lower.end(), row.begin(), row.begin() + i + 1);
        }
        out.reals(tag::mne_cov, lower, type::double_);
    }
    if (!covariance.eig.empty() && !covariance.eigvec.empty()) {
        out.matrix(tag::mne_cov_eigenvectors, covariance.eigvec, type::float_);
        out.reals(tag::mne_cov_eigenvalues, covariance.eig, type::double_);
    }
    write_projections(out, covariance.projections);
    write_bads(out, covariance.bads);
    out.text(tag::mne_cov_method, covariance.method);
    if (covariance.loglik) {
        const double score = *covariance.loglik;
        out.reals(tag::mne_cov_score, {&score, 1}, type::double_);
    }
    out.end_block(block::mne_cov);
}

}  // namespace fiff

meeg::Covariance read_covariance_fif(const fs::path& path) {
    const File file(path);
    return reading(path, [&] {
        if (const Node* node = covariance_block(file.root(), meeg::CovarianceKind::noise, file)) {
            return covariance_of(file, *node);
        }
        throw FileError(path, FileError::no_offset, "holds no noise covariance");
    });
}

void write_covariance_fif(const meeg::Covariance& covariance, const fs::path& path, bool overwrite) {
    Writer out(path, overwrite);
    fiff::write_covariance_block(out, covariance);
    out.commit();
}

}  // namespace ranvier::formats
