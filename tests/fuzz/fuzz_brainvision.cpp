#include "ranvier/formats/brainvision/brainvision.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

/// The input is header, markers and samples in one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input header(".vhdr");
    const auto& path = header.holding(data, size);
    formats::ReadBrainVisionOptions options;
    options.overrides.data_fname = path.filename().string();
    options.overrides.marker_fname = path.filename().string();
    options.ignore_marker_types = size % 2 == 1;
    fuzz::try_reading([&] { fuzz::read_ends(formats::read_brainvision(path, options).raw); });
    fuzz::try_reading([&] { formats::read_annotations_brainvision(path, 500); });
    return 0;
}
