#include "ranvier/formats/freesurfer/volumes.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input(".lta");
    const auto& path = input.holding(data, size);
    fuzz::try_reading([&] { formats::read_lta(path); });
    return 0;
}
