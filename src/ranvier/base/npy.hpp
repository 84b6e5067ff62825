#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier {

/// What the header of a .npy file says.
/// @source  NumPy's documentation of the format, numpy.lib.format, versions 1.0 to 3.0
struct NpyHeader {
    std::string type;         ///< of its numbers: "<f8", "|b1", …
    bool by_columns = false;  ///< the first axis moves fastest
    std::vector<index> shape;
    std::size_t data = 0;  ///< where the numbers begin

    /// @param file  its first bytes, of which the header must be whole
    /// @throws FileError  not a .npy file, damaged
    static NpyHeader read(std::span<const std::byte> file, const std::filesystem::path& path);
};

/// Bytes of a number of a type; 0 for types that NpyFile doesn't write.
std::size_t npy_bytes(std::string_view type);

/// A .npy file that grows by rows and can be read at any time: new rows are put behind those that the header tells of,
/// which then tells of them, too. What a killed process leaves is a whole file of the rows that the header tells of.
class NpyFile {
public:
    /// Where the numbers begin: its header has room for every shape.
    static constexpr std::size_t data = 128;

    /// A new file without rows.
    /// @param type  <f8, <f4, <i8, <i4, <i2, |i1, <u8, <u4, <u2, |u1 or |b1
    /// @param row   the shape of a row; {} for one number
    /// @throws FileError  the file exists already, or can't be made
    static std::unique_ptr<NpyFile> create(const std::filesystem::path& path, std::string type, std::vector<index> row);
    /// One that create() has made.
    /// @throws FileError  missing, not writable, of another type or shape, shorter than its header tells
    static std::unique_ptr<NpyFile> open(const std::filesystem::path& path, std::string type, std::vector<index> row);
    ~NpyFile();
    NpyFile(const NpyFile&) = delete;
    NpyFile& operator=(const NpyFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    const std::string& type() const { return type_; }
    const std::vector<index>& row() const { return row_; }
    std::size_t row_bytes() const { return row_bytes_; }
    /// That the header tells of.
    std::int64_t rows() const { return rows_; }
    /// Bytes of the file up to the end of so many rows.
    std::size_t end(std::int64_t rows) const { return data + static_cast<std::size_t>(rows) * row_bytes_; }

    /// Puts numbers behind the rows. @throws FileError  all is as before
    void put(std::span<const std::byte> rows);
    /// Tells of more rows, which were put, or of fewer.
    void tell(std::int64_t rows);
    /// Gives back the space of what the header doesn't tell of.
    void trim();
    /// Waits until all is on the disk.
    void sync();

    /// A copy of the first rows, which has no lasting name before it takes this one's place.
    std::unique_ptr<NpyFile> beginning(std::int64_t rows) const;
    /// Takes the place of a file; whoever has mapped that one keeps it.
    void replace(const NpyFile& other);

private:
    NpyFile(std::filesystem::path path, int fd, std::string type, std::vector<index> row);
    void write(std::size_t offset, std::span<const std::byte> bytes);

    std::filesystem::path path_;
    int fd_;
    std::string type_;
    std::vector<index> row_;
    std::size_t row_bytes_;
    std::int64_t rows_ = 0;
    bool passing_ = false;  ///< goes away with this object
};

}  // namespace ranvier
