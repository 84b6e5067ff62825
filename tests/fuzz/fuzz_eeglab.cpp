#include "ranvier/formats/eeglab/eeglab.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input(".set");
    const auto& path = input.holding(data, size);
    formats::ReadEeglabOptions options;
    options.eog = "auto";
    options.uint16_codec = size % 3 == 0 ? "utf-8" : size % 3 == 1 ? "latin1" : "utf-16";
    fuzz::try_reading([&] { fuzz::read_ends(formats::read_raw_eeglab(path, options)); });
    fuzz::try_reading([&] { formats::read_epochs_eeglab(path, options); });
    fuzz::try_reading([&] { formats::read_annotations_eeglab(path, options); });
    return 0;
}
