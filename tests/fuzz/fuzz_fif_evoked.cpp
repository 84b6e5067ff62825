#include "ranvier/formats/fiff/fiff.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input("-ave.fif");
    const auto& path = input.holding(data, size);
    fuzz::try_reading([&] {
        for (const auto& [evoked, imaginary] : formats::read_complex_evokeds_fif(path, true)) {
            ensure(evoked.data.extent(0) == evoked.info.n_channels(), "a row per channel");
            ensure(!imaginary || imaginary->data.extents() == evoked.data.extents(), "parts of one shape");
        }
    });
    return 0;
}
