#include "ranvier/report/page/base64.hpp"

namespace ranvier::report {

std::string base64(std::span<const std::byte> bytes) {
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.resize((bytes.size() + 2) / 3 * 4, '=');
    std::size_t at = 0;
    for (std::size_t k = 0; k < bytes.size(); k += 3) {
        const std::size_t left = bytes.size() - k;
        const unsigned a = std::to_integer<unsigned>(bytes[k]);
        const unsigned b = left > 1 ? std::to_integer<unsigned>(bytes[k + 1]) : 0;
        const unsigned c = left > 2 ? std::to_integer<unsigned>(bytes[k + 2]) : 0;
        const unsigned word = a << 16 | b << 8 | c;
        text[at] = digits[word >> 18];
        text[at + 1] = digits[word >> 12 & 63U];
        if (left > 1) {
            text[at + 2] = digits[word >> 6 & 63U];
        }
        if (left > 2) {
            text[at + 3] = digits[word & 63U];
        }
        at += 4;
    }
    return text;
}

}  // namespace ranvier::report
