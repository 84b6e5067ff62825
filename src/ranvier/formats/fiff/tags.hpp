#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/formats/fiff/constants.hpp"
#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/numerics/sparse.hpp"

/// A FIFF file as a tree of blocks and tags. Every access is checked against the bytes that are there, so that a
/// damaged file ends in a FileError and nothing is allocated that the file could not fill.
namespace ranvier::formats::fiff {

/// Which part of complex numbers is read; none: they are refused. `found`: whether there were some.
struct ComplexPart {
    enum Which { none, real, imaginary } which = none;
    bool found = false;
};

/// Where a tag is.
struct Entry {
    int kind = 0;
    int type = 0;
    std::size_t size = 0;      // [bytes] of its data
    std::size_t position = 0;  // [bytes] of its header from the start of the file
    std::size_t data() const { return position + header_bytes; }
};

/// A block: its own tags and the blocks inside it, in the order of the file.
struct Node {
    int kind = 0;  ///< 0: the file itself
    std::size_t position = 0;
    std::vector<Entry> tags;
    std::vector<Node> children;

    /// The first tag of a kind, or nullptr.
    const Entry* find(int tag_kind) const;
    /// All blocks of a kind in this one, itself included, in the order of the file.
    std::vector<const Node*> all(int block_kind) const;
    const Node* first(int block_kind) const;
};

/// A FIFF file whose directory has been read.
class File {
public:
    /// @throws FileError  not FIFF, truncated, or with a directory that contradicts the tags
    explicit File(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return path_; }
    const Node& root() const { return root_; }
    std::span<const std::byte> bytes() const { return bytes_; }
    /// Lets go of pages that were read, where the file is mapped and not decompressed.
    void release(std::size_t begin, std::size_t end) const;
    /// As MappedFile's, for samples that are read long after the file was opened.
    void check_present(std::size_t end) const;

    std::span<const std::byte> data(const Entry& entry) const { return bytes_.subspan(entry.data(), entry.size); }

    // The value of a tag; FileError where its type or size does not fit.
    std::int64_t integer(const Entry& entry) const;
    double real(const Entry& entry) const;
    std::vector<int> integers(const Entry& entry) const;
    std::vector<double> reals(const Entry& entry) const;       ///< of any real type
    std::string text(const Entry& entry) const;                ///< as UTF-8; the file has Latin-1
    std::vector<std::string> names(const Entry& entry) const;  ///< a list with colons between
    Array<double, 2> matrix(const Entry& entry) const;         ///< dense, real
    Array<double, 2> matrix(const Entry& entry, ComplexPart& part) const;
    numerics::SparseMatrix sparse_matrix(const Entry& entry) const;
    meeg::Transform transform(const Entry& entry) const;
    /// A big-endian number inside a tag. @param offset  [bytes] from the start of the tag's data
    std::int32_t int32_at(const Entry& entry, std::size_t offset) const;
    double float_at(const Entry& entry, std::size_t offset) const;

    [[noreturn]] void fail(const Entry& entry, const std::string& what) const;
    [[noreturn]] void fail(const Node& node, const std::string& what) const;
    /// A tag that must be there.
    const Entry& required(const Node& node, int tag_kind, std::string_view what) const;

private:
    [[noreturn]] void fail_at(std::size_t position, const std::string& what) const;
    Entry header_at(std::size_t position) const;
    std::vector<Entry> scanned_directory() const;
    std::vector<Entry> stored_directory(std::size_t position) const;
    void grow_tree(const std::vector<Entry>& directory);

    std::filesystem::path path_;
    std::shared_ptr<MappedFile> mapping_;
    std::vector<std::byte> unzipped_;
    std::span<const std::byte> bytes_;
    Node root_;
};

/// Dimensions and element type of a dense matrix tag, slowest dimension first.
struct MatrixShape {
    int element = 0;  ///< one of type::
    std::vector<index> extents;
};
/// @throws FileError  complex numbers, unless `complex`; or a shape that the bytes do not have
MatrixShape matrix_shape(const File& file, const Entry& entry, bool complex = false);
/// Where the wanted parts of a matrix' numbers are: the type of one, and bytes from one to the next.
struct Numbers {
    int element = 0;
    std::size_t offset = 0, stride = 0;
};
/// Nothing where the imaginary part is wanted of real numbers. What was found is said in `part`.
std::optional<Numbers> numbers_of(const MatrixShape& shape, ComplexPart& part);

std::uint16_t be16(const std::byte* p);
std::uint32_t be32(const std::byte* p);
std::uint64_t be64(const std::byte* p);
float be_float(const std::byte* p);
double be_double(const std::byte* p);
/// Bytes per element of a simple type, 0 for others.
std::size_t element_bytes(int element_type);

/// Latin-1 with numeric character references for what it lacks, and back.
std::string latin1_from_utf8(std::string_view text);
std::string utf8_from_latin1(std::string_view text);

}  // namespace ranvier::formats::fiff
