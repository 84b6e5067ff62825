#include "ranvier/meeg/recording/subject.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "ranvier/base/utf8.hpp"

namespace ranvier::meeg {

namespace {

// FIFF's block about the subject, its tags, and their types. Numbers are big-endian.
constexpr int block = 106;
constexpr int first_name = 401, middle_name = 402, last_name = 403, birthday = 404, sex = 405, hand = 406, weight = 407,
              height = 408, his_id = 410;
constexpr int whole = 3, real = 4, julian = 6, words = 10;

constexpr std::pair<int, std::string Subject::*> texts[] = {{his_id, &Subject::his_id},
                                                            {first_name, &Subject::first_name},
                                                            {middle_name, &Subject::middle_name},
                                                            {last_name, &Subject::last_name}};
struct WholeTag {
    int kind, type;
    std::optional<std::int32_t> Subject::*field;
};
constexpr WholeTag wholes[] = {
    {birthday, julian, &Subject::birthday}, {sex, whole, &Subject::sex}, {hand, whole, &Subject::hand}};
constexpr std::pair<int, std::optional<float> Subject::*> reals[] = {{weight, &Subject::weight},
                                                                     {height, &Subject::height}};

auto block_of(auto& info) { return std::ranges::find(info.preserved_blocks, block, &PreservedBlock::kind); }

std::optional<std::uint32_t> bits_in(const PreservedTag& tag) {
    if (tag.data.size() < 4) {
        return {};
    }
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        bits = bits << 8 | static_cast<std::uint32_t>(tag.data[k]);
    }
    return bits;
}

PreservedTag tag_of(int kind, int type, std::uint32_t bits) {
    PreservedTag tag{kind, type, std::vector<std::byte>(4)};
    for (std::size_t k = 0; k < 4; ++k) {
        tag.data[k] = static_cast<std::byte>(bits >> (24 - 8 * k));
    }
    return tag;
}

}  // namespace

std::optional<Subject> subject_of(const Info& info) {
    const auto at = block_of(info);
    if (at == info.preserved_blocks.end()) {
        return {};
    }
    Subject subject;
    for (const PreservedTag& tag : at->tags) {
        for (const auto& [kind, field] : texts) {
            if (tag.kind == kind) {
                subject.*field = utf8_of({reinterpret_cast<const char*>(tag.data.data()), tag.data.size()});
            }
        }
        const auto bits = bits_in(tag);
        for (const auto& [kind, type, field] : wholes) {
            if (tag.kind == kind && bits) {
                subject.*field = static_cast<std::int32_t>(*bits);
            }
        }
        for (const auto& [kind, field] : reals) {
            if (tag.kind == kind && bits) {
                subject.*field = std::bit_cast<float>(*bits);
            }
        }
    }
    return subject;
}

void set_subject(Info& info, const Subject& subject) {
    PreservedBlock made{.kind = block, .tags = {}, .children = {}};
    for (const auto& [kind, field] : texts) {
        if (const std::string value = latin1_of(subject.*field); !value.empty()) {
            const auto* begin = reinterpret_cast<const std::byte*>(value.data());
            made.tags.push_back({kind, words, {begin, begin + value.size()}});
        }
    }
    for (const auto& [kind, type, field] : wholes) {
        if (subject.*field) {
            made.tags.push_back(tag_of(kind, type, static_cast<std::uint32_t>(*(subject.*field))));
        }
    }
    for (const auto& [kind, field] : reals) {
        if (subject.*field) {
            made.tags.push_back(tag_of(kind, real, std::bit_cast<std::uint32_t>(*(subject.*field))));
        }
    }
    if (const auto at = block_of(info); at != info.preserved_blocks.end()) {
        *at = std::move(made);
    } else {
        info.preserved_blocks.push_back(std::move(made));
    }
}

}  // namespace ranvier::meeg
