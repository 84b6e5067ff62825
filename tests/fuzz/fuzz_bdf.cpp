#include "ranvier/formats/edf/edf.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input(".bdf");
    const auto& path = input.holding(data, size);
    formats::ReadEdfOptions options;
    options.infer_types = size % 2 == 1;
    options.encoding = size % 3 == 0 ? "latin1" : "utf8";
    fuzz::try_reading([&] { fuzz::read_ends(formats::read_raw_bdf(path, options)); });
    fuzz::try_reading([&] { formats::read_annotations_edf(path, options.encoding); });
    return 0;
}
