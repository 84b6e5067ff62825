#include "ranvier/formats/fiff/fiff.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input(".fif");
    const auto& path = input.holding(data, size);
    fuzz::try_reading([&] { formats::read_covariance_fif(path); });
    fuzz::try_reading([&] { formats::read_projections_fif(path); });
    fuzz::try_reading([&] { formats::read_ica_fif(path); });
    fuzz::try_reading([&] { formats::read_events_fif(path); });
    fuzz::try_reading([&] { formats::read_annotations_fif(path); });
    fuzz::try_reading([&] { formats::read_info_fif(path); });
    return 0;
}
