#include "ranvier/formats/kernels/fiff_samples.hpp"

#include "ranvier/base/lanes.hpp"

namespace ranvier::formats::RANVIER_ISA {

namespace {

using namespace ranvier::RANVIER_ISA;

constexpr int lanes = 8;  // on every machine: a processor with shorter vectors takes several
using Words = Vec<unsigned int, lanes>;
using Floats = Vec<float, lanes>;
using Doubles = Vec<double, lanes>;
// Samples of one stretch: its piece of the buffer stays in the second-level cache while all channels pass over it.
constexpr index stretch = 128;

typedef Words UnalignedWords __attribute__((aligned(1), may_alias));

RANVIER_INLINE Words load_words(const std::byte* p) { return *reinterpret_cast<const UnalignedWords*>(p); }
RANVIER_INLINE void store_words(std::byte* p, Words w) { *reinterpret_cast<UnalignedWords*>(p) = w; }

constexpr bool little_endian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

RANVIER_INLINE Words swapped(Words x) {
    if constexpr (little_endian) {
        return (x << 24) | ((x & 0xff00u) << 8) | ((x >> 8) & 0xff00u) | (x >> 24);
    } else {
        return x;
    }
}

// One number at a time: for the ends of blocks and for the rarer types.
template <class Bits>
RANVIER_INLINE Bits turned(Bits x) {
    if constexpr (!little_endian) {
        return x;
    } else if constexpr (sizeof x == 8) {
        return __builtin_bswap64(x);
    } else if constexpr (sizeof x == 4) {
        return __builtin_bswap32(x);
    } else {
        return __builtin_bswap16(x);
    }
}
template <class Bits>
RANVIER_INLINE Bits loaded(const std::byte* p) {
    Bits x;
    __builtin_memcpy(&x, p, sizeof x);
    return turned(x);
}
template <class Bits>
RANVIER_INLINE void stored(std::byte* p, Bits x) {
    x = turned(x);
    __builtin_memcpy(p, &x, sizeof x);
}

template <class Number, class Bits>
struct Real {
    static constexpr index bytes = sizeof(Number);
    static RANVIER_INLINE double read(const std::byte* p) { return __builtin_bit_cast(Number, loaded<Bits>(p)); }
    static RANVIER_INLINE bool write(double x, std::byte* p) {
        stored(p, __builtin_bit_cast(Bits, static_cast<Number>(x)));
        return true;
    }
};
using Float = Real<float, unsigned int>;
using Double = Real<double, unsigned long>;

/// The nearest whole number, halves to even, if it lies within [−limit − 1, limit].
RANVIER_INLINE bool nearest(double x, double limit, int& result) {
    const double r = __builtin_nearbyint(x);
    if (!(r >= -limit - 1 && r <= limit)) {
        return false;
    }
    result = static_cast<int>(r);
    return true;
}

template <class Number, class Bits, int limit>
struct Whole {
    static constexpr index bytes = sizeof(Number);
    static RANVIER_INLINE double read(const std::byte* p) { return static_cast<Number>(loaded<Bits>(p)); }
    static RANVIER_INLINE bool write(double x, std::byte* p) {
        int whole = 0;
        const bool fits = nearest(x, limit, whole);
        stored(p, static_cast<Bits>(whole));
        return fits;
    }
};
using Int = Whole<int, unsigned int, 2147483647>;
using Short = Whole<short, unsigned short, 32767>;

template <class Type>
RANVIER_INLINE void read_some(const SampleBlock& b, const std::byte* buffer, double* rows, index c0, index c1, index s0,
                              index s1) {
    for (index c = c0; c < c1; ++c) {
        const double scale = b.scale[c];
        const std::byte* from = buffer + c * Type::bytes;
        double* row = rows + c * b.row_stride;
        for (index s = s0; s < s1; ++s) {
            row[s] = Type::read(from + s * b.sample_bytes) * scale;
        }
    }
}

template <class Type>
RANVIER_INLINE index write_some(const SampleBlock& b, const double* rows, std::byte* buffer, index c0, index c1,
                                index s0, index s1) {
    index misfits = 0;
    for (index c = c0; c < c1; ++c) {
        const double scale = b.scale[c];
        const double* row = rows + c * b.row_stride;
        std::byte* to = buffer + c * Type::bytes;
        for (index s = s0; s < s1; ++s) {
            misfits += Type::write(row[s] / scale, to + s * b.sample_bytes) ? 0 : 1;
        }
    }
    return misfits;
}

template <class Type>
void read_all(const SampleBlock& b, const std::byte* buffer, double* rows) {
    for (index s = 0; s < b.samples; s += stretch) {
        read_some<Type>(b, buffer, rows, 0, b.channels, s, s + stretch < b.samples ? s + stretch : b.samples);
    }
}

template <class Type>
index write_all(const SampleBlock& b, const double* rows, std::byte* buffer) {
    index misfits = 0;
    for (index s = 0; s < b.samples; s += stretch) {
        misfits +=
            write_some<Type>(b, rows, buffer, 0, b.channels, s, s + stretch < b.samples ? s + stretch : b.samples);
    }
    return misfits;
}

void read_float(const SampleBlock& b, const std::byte* buffer, double* rows) {
    const index whole = b.channels / lanes * lanes;
    for (index begin = 0; begin < b.samples; begin += stretch) {
        const index end = begin + stretch < b.samples ? begin + stretch : b.samples;
        const index whole_end = begin + (end - begin) / lanes * lanes;
        for (index c = 0; c < whole; c += lanes) {
            for (index s = begin; s < whole_end; s += lanes) {
                Words r[8];
                for (int k = 0; k < 8; ++k) {
                    r[k] = swapped(load_words(buffer + (s + k) * b.sample_bytes + c * 4));
                }
                transpose<unsigned int, lanes>(r);
                for (int k = 0; k < 8; ++k) {
                    const Doubles x = __builtin_convertvector(__builtin_bit_cast(Floats, r[k]), Doubles);
                    store<double, lanes>(rows + (c + k) * b.row_stride + s, x * b.scale[c + k]);
                }
            }
            read_some<Float>(b, buffer, rows, c, c + lanes, whole_end, end);
        }
        read_some<Float>(b, buffer, rows, whole, b.channels, begin, end);
    }
}

index write_float(const SampleBlock& b, const double* rows, std::byte* buffer) {
    const index whole = b.channels / lanes * lanes;
    for (index begin = 0; begin < b.samples; begin += stretch) {
        const index end = begin + stretch < b.samples ? begin + stretch : b.samples;
        const index whole_end = begin + (end - begin) / lanes * lanes;
        for (index c = 0; c < whole; c += lanes) {
            for (index s = begin; s < whole_end; s += lanes) {
                Words r[8];
                for (int k = 0; k < 8; ++k) {
                    const double* from = rows + (c + k) * b.row_stride + s;
                    // The next channels: rows are too far apart for the processor to foresee.
                    __builtin_prefetch(from + lanes * b.row_stride);
                    const Doubles x = load<double, lanes>(from) / b.scale[c + k];
                    r[k] = swapped(__builtin_bit_cast(Words, __builtin_convertvector(x, Floats)));
                }
                transpose<unsigned int, lanes>(r);
                for (int k = 0; k < 8; ++k) {
                    store_words(buffer + (s + k) * b.sample_bytes + c * 4, r[k]);
                }
            }
            write_some<Float>(b, rows, buffer, c, c + lanes, whole_end, end);
        }
        write_some<Float>(b, rows, buffer, whole, b.channels, begin, end);
    }
    return 0;
}

}  // namespace

extern const SampleKernels sample_kernels;
const SampleKernels sample_kernels = {read_float,  read_all<Double>,  read_all<Int>,  read_all<Short>,
                                      write_float, write_all<Double>, write_all<Int>, write_all<Short>};

}  // namespace ranvier::formats::RANVIER_ISA
