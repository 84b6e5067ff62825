#include "ranvier/formats/fiff/numbers.hpp"

#include <array>

namespace ranvier::formats::fiff {

using namespace meeg;

namespace {

// FIFF's number of each value, in the order of the enumerations.
template <class Enum>
constexpr std::array<std::int32_t, 0> numbers{};
template <>
constexpr std::array numbers<ChannelKind>{1,   301, 2,   3,   102, 201,  202,  302,  402,  502,  602,
                                          700, 701, 702, 703, 704, 705,  706,  707,  708,  709,  802,
                                          803, 900, 902, 910, 920, 1000, 1001, 1100, 1200, 1300, 1400};
template <>
constexpr std::array numbers<CoilType>{0,   1,   5,   6,   300,  301,  302,  303,  304,  305,  306,  307,
                                       308, 309, 400, 401, 2000, 3012, 3013, 3014, 3021, 3022, 3023, 3024};
template <>
constexpr std::array numbers<Unit>{-1, 0, 3, 6, 7, 107, 110, 112, 114, 117, 118, 201, 202, 210};
template <>
constexpr std::array numbers<CoordFrame>{0, 1, 2, 3, 4, 5, 1001, 1004, 2003};
template <>
constexpr std::array numbers<DigKind>{1, 2, 3, 4, 5};
template <>
constexpr std::array numbers<ProjectionKind>{0, 1, 2, 3, 4, 5, 10};
template <>
constexpr std::array numbers<CovarianceKind>{0, 1, 2, 3, 4, 5, 6};
template <>
constexpr std::array numbers<CompensationKind>{0, 0x47314252, 0x47324252, 0x47334252};
template <>
constexpr std::array numbers<CustomReference>{0, 1, 2};

}  // namespace

template <class Enum>
std::int32_t number(Enum value) {
    const auto unnamed = unnamed_number(value);
    return unnamed ? *unnamed : numbers<Enum>.at(static_cast<std::size_t>(value));
}

template <class Enum>
Enum named(std::int32_t number) {
    for (std::size_t k = 0; k < numbers<Enum>.size(); ++k) {
        if (numbers<Enum>[k] == number) {
            return static_cast<Enum>(k);
        }
    }
    return unnamed<Enum>(number);
}

#define RANVIER_NUMBERS(Enum)                 \
    template std::int32_t number<Enum>(Enum); \
    template Enum named<Enum>(std::int32_t);
RANVIER_NUMBERS(ChannelKind)
RANVIER_NUMBERS(CoilType)
RANVIER_NUMBERS(Unit)
RANVIER_NUMBERS(CoordFrame)
RANVIER_NUMBERS(DigKind)
RANVIER_NUMBERS(ProjectionKind)
RANVIER_NUMBERS(CovarianceKind)
RANVIER_NUMBERS(CompensationKind)
RANVIER_NUMBERS(CustomReference)
#undef RANVIER_NUMBERS

std::int32_t coil_number(const Channel& channel) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(channel.compensation) << 16 |
                                     (static_cast<std::uint32_t>(number(channel.coil_type)) & 0xffff));
}

void set_coil(Channel& channel, std::int32_t number) {
    channel.coil_type = named<CoilType>(number & 0xffff);
    channel.compensation = number >> 16;
}

}  // namespace ranvier::formats::fiff
