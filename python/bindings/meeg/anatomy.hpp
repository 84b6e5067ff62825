#pragma once

#include "call.hpp"
#include "ranvier/meeg/anatomy/bem.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"

namespace ranvier::python {

/// Source spaces of Python's list, shared with it.
using SourceSpaceList = std::vector<std::shared_ptr<meeg::SourceSpace>>;
meeg::SourceSpaces spaces_of(const SourceSpaceList& list);

/// Whole numbers of any NumPy array.
Array<std::int32_t, 2> triangles_of(nb::handle value);
std::vector<index> indices_of(nb::handle value);
/// A transform, from one or from a dict with "from", "to", "trans".
meeg::Transform transform_of(nb::handle value);

/// A sparse matrix of SciPy, and back.
nb::object shown_sparse(const numerics::SparseMatrix& matrix);
numerics::SparseMatrix sparse_of(nb::handle value);

}  // namespace ranvier::python
