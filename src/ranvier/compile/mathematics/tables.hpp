// Written by tools/fit_mathematics.py, which says how. Lowest power first.
#pragma once

#include <cstdint>

namespace ranvier::compile::table {

template <class T>
struct Coefficients;

template <>
struct Coefficients<double> {
    /// eʳ = 1 + r + r² p(r), |r| ≤ ½ ln 2; error 2^-55.6
    static constexpr double exp[] = {0x1.0000000000005p-1,  0x1.555555555555cp-3,  0x1.55555555520f7p-5,
                                     0x1.111111110e80fp-7,  0x1.6c16c17f365d9p-10, 0x1.a01a01b56cc84p-13,
                                     0x1.a019a68959935p-16, 0x1.71ddeaf7b149ap-19, 0x1.28a2a7f8746efp-22,
                                     0x1.af7528c59e962p-26};
    /// log((1+s)/(1−s)) = 2s + s³ p(s²); error 2^-58.5
    static constexpr double log[] = {0x1.5555555555593p-1, 0x1.999999997fb00p-2, 0x1.2492494211f62p-2,
                                     0x1.c71c51f19741ap-3, 0x1.746643608c463p-3, 0x1.39a14f0b49e6ep-3,
                                     0x1.2f09664469772p-3};
    /// log((1+s)/(1−s)) = 2s + ⅔ s³ + s⁵ p(s²); error 2^-72.5
    static constexpr double log_exact[] = {0x1.9999999999996p-2, 0x1.2492492492f48p-2, 0x1.c71c71c598169p-3,
                                           0x1.745d182883ddfp-3, 0x1.3b136503680fdp-3, 0x1.11206676d8128p-3,
                                           0x1.de3ecb220beb5p-4, 0x1.eabacfd0f5f99p-4};
    /// sin x = x + x³ p(x²), |x| ≤ π/4; error 2^-58.0
    static constexpr double sin[] = {-0x1.5555555555549p-3, 0x1.111111110f8a7p-7,   -0x1.a01a019c163bfp-13,
                                     0x1.71de357b34333p-19, -0x1.ae5e68ac4e48bp-26, 0x1.5d93a693064f2p-33};
    /// cos x = 1 − ½x² + x⁴ p(x²), |x| ≤ π/4; error 2^-64.2
    static constexpr double cos[] = {0x1.555555555554cp-5,   -0x1.6c16c16c15225p-10, 0x1.a01a019cc0413p-16,
                                     -0x1.27e4f81370f35p-22, 0x1.1ee9f1d94ce8dp-29,  -0x1.8fb1782157ebcp-37};
    /// sinh x = x + x³ p(x²), |x| ≤ 1; error 2^-62.5
    static constexpr double sinh[] = {0x1.5555555555555p-3,  0x1.111111111117cp-7,  0x1.a01a01a00dbafp-13,
                                      0x1.71de3a609a70fp-19, 0x1.ae644b4bc7300p-26, 0x1.612aab501250ap-33,
                                      0x1.aac7b147fb6cbp-41, 0x1.3e90733316ac4p-48};
    /// asin x = x + x³ p(x²), |x| ≤ ½; error 2^-59.8
    static constexpr double asin[] = {
        0x1.5555555555578p-3, 0x1.333333332df3cp-4,  0x1.6db6db72288acp-5, 0x1.f1c71a8cf8440p-6, 0x1.6e8bdfb9f5252p-6,
        0x1.1c49e1824d430p-6, 0x1.ca20e8a727449p-7,  0x1.757ab25fb5046p-7, 0x1.6178007569ac2p-7, 0x1.e2856f62269edp-9,
        0x1.64a301c41a513p-6, -0x1.596a5649fcb49p-6, 0x1.0bb6de094678bp-5};
    /// atan x = x + x³ p(x²), |x| ≤ tan π/8; error 2^-63.8
    static constexpr double atan[] = {-0x1.5555555555554p-2, 0x1.99999999995c0p-3,  -0x1.2492492472293p-3,
                                      0x1.c71c71b601526p-4,  -0x1.745d1492ea357p-4, 0x1.3b136b3cb055ap-4,
                                      -0x1.110c4cd2d316ep-4, 0x1.e16f6c0844317p-5,  -0x1.ab6e9a6f7dbffp-5,
                                      0x1.70b6601440acap-5,  -0x1.11c2f6e86da84p-5, 0x1.f0345bc808026p-7};
};

template <>
struct Coefficients<float> {
    /// eʳ = 1 + r + r² p(r), |r| ≤ ½ ln 2; error 2^-26.1
    static constexpr float exp[] = {0x1p-1F, 0x1.5554b00000000p-3F, 0x1.5554e00000000p-5F, 0x1.12279a0000000p-7F,
                                    0x1.6d56880000000p-10F};
    /// log((1+s)/(1−s)) = 2s + s³ p(s²); error 2^-34.0
    static constexpr float log[] = {0x1.5555540000000p-1F, 0x1.999bd60000000p-2F, 0x1.23f0f40000000p-2F,
                                    0x1.ec3a3a0000000p-3F};
};

/// 2/π in binary: 64 zero bits, then those behind the point.
inline constexpr std::uint64_t two_over_pi[] = {0,
                                                0xa2f9836e4e441529,
                                                0xfc2757d1f534ddc0,
                                                0xdb6295993c439041,
                                                0xfe5163abdebbc561,
                                                0xb7246e3a424dd2e0,
                                                0x06492eea09d1921c,
                                                0xfe1deb1cb129a73e,
                                                0xe88235f52ebb4484,
                                                0xe99c7026b45f7e41,
                                                0x3991d639835339f4,
                                                0x9c845f8bbdf9283b,
                                                0x1ff897ffde05980f,
                                                0xef2f118b5a0a6d1f,
                                                0x6d367ecf27cb09b7,
                                                0x4f463f669e5fea2d,
                                                0x7527bac7ebe5f17b,
                                                0x3d0739f78a5292ea,
                                                0x6bfb5fb11f8d5d08,
                                                0x56033046fc7b6bab,
                                                0xf0cfbc209af4361d};

}  // namespace ranvier::compile::table
