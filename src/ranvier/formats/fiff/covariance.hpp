#pragma once

#include "ranvier/formats/fiff/tags.hpp"
#include "ranvier/formats/fiff/writer.hpp"
#include "ranvier/meeg/recording/covariance.hpp"

/// Covariances inside of files that hold more: inverse operators have five kinds of them.
namespace ranvier::formats::fiff {

/// The first block of a kind, or null.
const Node* covariance_block(const Node& root, meeg::CovarianceKind kind, const File& file);
meeg::Covariance covariance_of(const File& file, const Node& block);
void write_covariance_block(Writer& out, const meeg::Covariance& covariance);

}  // namespace ranvier::formats::fiff
