#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/file.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// Samples that lie in a file as plain numbers.
namespace ranvier::formats {

enum class NumberType { i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 };
index number_bytes(NumberType type);

/// How channels × samples lie in bytes.
struct PlainLayout {
    NumberType type = NumberType::f32;
    bool big_endian = false;
    bool by_channel = false;  ///< all samples of a channel after another, instead of all channels of a sample
    index channels = 0;
    index samples = 0;
    index bytes() const { return channels * samples * number_bytes(type); }
};

/// Reads pieces of mapped numbers and gives the memory back at once, so that streaming a file of any size stays flat.
class PlainSource final : public meeg::SampleSource {
public:
    /// The numbers from `offset` on, of which there are enough (the caller has checked). @param scales  SI value of 1,
    /// for every channel
    PlainSource(std::shared_ptr<const MappedFile> file, std::size_t offset, const PlainLayout& layout,
                std::vector<double> scales);
    /// Numbers that were unpacked from `path` into memory, which `owner` keeps.
    PlainSource(std::filesystem::path path, std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                const PlainLayout& layout, std::vector<double> scales);

    index n_channels() const override { return layout_.channels; }
    index n_samples() const override { return layout_.samples; }
    void read(const std::vector<index>& channels, index start, View<double, 2> out) const override;
    std::filesystem::path path() const override { return path_; }
    std::string storage() const override;

private:
    void read_piece(const std::vector<index>& channels, index start, View<double, 2> out) const;

    std::filesystem::path path_;
    std::shared_ptr<const MappedFile> file_;  ///< null for numbers in memory
    std::shared_ptr<const void> owner_;
    std::size_t offset_ = 0;            ///< in the file
    std::span<const std::byte> bytes_;  ///< the numbers
    PlainLayout layout_;
    std::vector<double> scales_;
};

/// Whether numbers of the type are whole.
inline bool is_whole(NumberType type) { return type != NumberType::f32 && type != NumberType::f64; }

/// All numbers as doubles, in the order in which they lie. @param out  shape (bytes.size() / number_bytes(type))
void read_numbers(NumberType type, bool big_endian, std::span<const std::byte> bytes, std::span<double> out);

}  // namespace ranvier::formats
