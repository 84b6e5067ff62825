#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"

/// FIFF's tags that an Info carries, as numbers.
namespace ranvier::meeg {

/// None where there is none of the kind.
const PreservedBlock* last_block(const std::vector<PreservedBlock>& blocks, int kind);
const PreservedTag* tag_of(const PreservedBlock& block, int kind);

/// How many numbers of four bytes a tag holds.
inline index numbers_in(const PreservedTag& tag) { return std::ssize(tag.data) / 4; }
/// Number k. @throws InvalidInput  the tag is too short
std::int32_t whole(const PreservedTag& tag, index k);
double real(const PreservedTag& tag, index k);
std::string text_in(const PreservedTag& tag);

/// FIFF's types of tags.
enum {
    type_int = 3,
    type_float = 4,
    type_string = 10,
    type_id = 31,
    type_transform = 35,
    dense = 1 << 30,
    sparse_columns = 0x40100000
};

/// Bytes of numbers, big-endian.
class Bytes {
public:
    Bytes& integer(std::int64_t value);
    Bytes& real(double value);
    PreservedTag tag(int kind, int type) { return {kind, type, std::move(data_)}; }

private:
    std::vector<std::byte> data_;
};

}  // namespace ranvier::meeg
