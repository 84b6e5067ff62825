#include "ranvier/meeg/maxwell/preserved.hpp"

#include <algorithm>
#include <bit>

namespace ranvier::meeg {

const PreservedBlock* last_block(const std::vector<PreservedBlock>& blocks, int kind) {
    const PreservedBlock* found = nullptr;
    for (const PreservedBlock& block : blocks) {
        found = block.kind == kind ? &block : found;
    }
    return found;
}

const PreservedTag* tag_of(const PreservedBlock& block, int kind) {
    const auto at = std::ranges::find(block.tags, kind, &PreservedTag::kind);
    return at == block.tags.end() ? nullptr : &*at;
}

std::int32_t whole(const PreservedTag& tag, index k) {
    require(k >= 0 && k < numbers_in(tag), "a tag that the recording carries (number ", tag.kind,
            ") is shorter than it should be");
    std::uint32_t bits = 0;
    for (index b = 0; b < 4; ++b) {
        bits = bits << 8 | std::to_integer<std::uint32_t>(tag.data[static_cast<std::size_t>(4 * k + b)]);
    }
    return static_cast<std::int32_t>(bits);
}

double real(const PreservedTag& tag, index k) { return std::bit_cast<float>(whole(tag, k)); }

std::string text_in(const PreservedTag& tag) {
    return {reinterpret_cast<const char*>(tag.data.data()), tag.data.size()};
}

Bytes& Bytes::integer(std::int64_t value) {
    const auto bits = static_cast<std::uint32_t>(value);
    for (int shift = 24; shift >= 0; shift -= 8) {
        data_.push_back(static_cast<std::byte>(bits >> shift & 0xff));
    }
    return *this;
}

Bytes& Bytes::real(double value) { return integer(std::bit_cast<std::int32_t>(static_cast<float>(value))); }

}  // namespace ranvier::meeg
