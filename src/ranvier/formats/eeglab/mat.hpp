#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ranvier/base/file.hpp"
#include "ranvier/formats/plain/source.hpp"

/// MATLAB's files of version 5 (`save -v6`, `-v7`). @source  MAT-File Format, The MathWorks, R2019b
namespace ranvier::formats::eeglab {

/// A value of a MATLAB file. Numbers stay where they are: in the mapped file, or in what was unpacked of it.
struct MatValue {
    enum class Kind { numbers, text, cells, structure, other };
    Kind kind = Kind::numbers;
    std::vector<index> extents;  ///< first index fastest
    index count() const;

    NumberType type = NumberType::f64;  ///< of numbers, as they are stored (MATLAB stores doubles short where it can)
    bool big_endian = false;
    std::span<const std::byte> bytes;
    std::string text;                 ///< UTF-8; of a matrix of letters its first row
    std::vector<std::string> fields;  ///< of structures
    std::vector<MatValue> values;     ///< of cells; of structures: all fields of an element after another

    bool empty() const { return count() == 0; }
    /// A field of one element of a structure; null where there is none.
    const MatValue* field(std::string_view name, index element = 0) const;
    /// The number that a value of one number is.
    std::optional<double> number() const;
    /// As Python writes a text, or a number: whole ones without point where they are stored as such.
    std::string word() const;
};

/// A number of a type as Python writes it.
std::string number_word(NumberType type, double value);

/// The variables of a file.
class MatFile {
public:
    /// @param uint16_codec  of letters in 16 bits: "utf-16", or what was put into them, "utf-8" or "latin1"
    /// @throws FileError  damaged, of a version that is not read here, or a packed variable does not fit into memory
    MatFile(const std::filesystem::path& path, const std::string& uint16_codec);

    const MatValue* find(std::string_view name) const;
    std::string names() const;  ///< for messages: "EEG, x"

    std::shared_ptr<const MappedFile> file;
    std::vector<std::shared_ptr<const std::vector<std::byte>>> unpacked;

private:
    std::vector<std::pair<std::string, MatValue>> variables_;
};

}  // namespace ranvier::formats::eeglab
