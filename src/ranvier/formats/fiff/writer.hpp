#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/file.hpp"
#include "ranvier/formats/fiff/constants.hpp"
#include "ranvier/formats/plain/gzip.hpp"
#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/numerics/sparse.hpp"

namespace ranvier::formats::fiff {

/// Writes tags one after the other, into a file that appears at commit() or, without a path, into memory.
class Writer {
public:
    /// Tags in memory, to learn how long they are or to write them several times.
    Writer() = default;
    /// Begins a file (".gz" is compressed) with its id and pointers. @throws FileError
    Writer(const std::filesystem::path& path, bool overwrite);

    void start_block(int kind) { integer(tag::block_start, kind); }
    void end_block(int kind) { integer(tag::block_end, kind); }
    void integer(int kind, std::int64_t value);
    void integers(int kind, std::span<const int> values);
    void real(int kind, double value);  ///< in single precision, as the format's dictionary has it
    void reals(int kind, std::span<const double> values, int type);
    /// Nothing is written for an empty text.
    void text(int kind, std::string_view utf8);
    /// A list with colons between. @throws InvalidInput  a name that contains "{COLON}"
    void names(int kind, const std::vector<std::string>& names);
    void matrix(int kind, View<const double, 2> values, int type);
    void integer_matrix(int kind, View<const std::int32_t, 2> values);
    void sparse_matrix(int kind, const numerics::SparseMatrix& matrix);  ///< in single precision
    void transform(const meeg::Transform& transform);
    void tag_bytes(int kind, int type, std::span<const std::byte> data);
    /// The header of a tag whose data follows through bytes().
    void header(int kind, int type, std::size_t size, int next = next_sequential);
    void bytes(std::span<const std::byte> data);

    std::int64_t position() const { return position_; }
    const std::vector<std::byte>& memory() const { return buffer_; }
    /// Writes the last tag and puts the file in place. finish() does the first half, so that several files can be
    /// completed before any of them appears.
    void finish();
    void commit();

private:
    void flush();
    std::filesystem::path path_;
    std::unique_ptr<OutputFile> file_;
    std::unique_ptr<GzipStream> gzip_;
    std::vector<std::byte> buffer_;
    std::int64_t position_ = 0;
    bool finished_ = false;
};

/// The five numbers of an id that stands for nothing: no machine, no date.
std::vector<std::byte> empty_id();

void put_be32(std::byte* p, std::uint32_t x);
/// 32-bit numbers one behind the other.
void put_ints(std::byte* p, std::initializer_list<std::int64_t> values);
void put_be64(std::byte* p, std::uint64_t x);

}  // namespace ranvier::formats::fiff
