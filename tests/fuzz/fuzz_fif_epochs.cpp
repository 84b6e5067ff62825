#include "ranvier/formats/fiff/fiff.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input("-epo.fif");
    const auto& path = input.holding(data, size);
    fuzz::try_reading([&] {
        const auto [epochs, imaginary] = formats::read_complex_epochs_fif(path, size % 2 == 0);
        ensure(!epochs.preloaded || epochs.data.extent(1) == epochs.info.n_channels(), "a row per channel");
        ensure(!imaginary || imaginary->data.extents() == epochs.data.extents(), "parts of one shape");
    });
    return 0;
}
