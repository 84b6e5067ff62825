#include "ranvier/base/digest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ranvier {

namespace {

std::string sha256_of(const std::string& text) { return sha256(std::as_bytes(std::span(text))); }

}  // namespace

// Examples of FIPS 180-2, appendix B, and the digest of nothing.
TEST(Sha256, reproduces_the_standards_examples) {
    EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_of(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, pieces_of_any_size_give_the_digest_of_the_whole) {
    std::string text;
    for (int k = 0; k < 300; ++k) {
        text += static_cast<char>(k * 7);
    }
    for (std::size_t piece : {1U, 3U, 63U, 64U, 65U, 299U}) {
        Sha256 digest;
        const auto bytes = std::as_bytes(std::span(text));
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            digest.update(bytes.subspan(at, std::min(piece, bytes.size() - at)));
        }
        EXPECT_EQ(digest.hex(), sha256_of(text)) << piece;
    }
}

}  // namespace ranvier
