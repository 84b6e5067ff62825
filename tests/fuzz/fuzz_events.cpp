#include "ranvier/formats/fiff/fiff.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

// Events as lines of numbers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input(".eve");
    const auto& path = input.holding(data, size);
    fuzz::try_reading([&] { formats::read_events_fif(path); });
    return 0;
}
