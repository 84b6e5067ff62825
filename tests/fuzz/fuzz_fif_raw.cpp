#include "ranvier/formats/fiff/fiff.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    // what begins as a gzip file gets a packed file's name
    static fuzz::Input plain("-raw.fif"), packed("-raw.fif.gz");
    const bool gzip = size > 2 && data[0] == 0x1f && data[1] == 0x8b;
    const auto& path = (gzip ? packed : plain).holding(data, size);
    formats::ReadRawFifOptions options;
    options.allow_maxshield = true;
    options.follow_split = size % 2 == 0;
    options.missing_split_is_error = false;
    fuzz::try_reading([&] {
        const auto [raw, imaginary] = formats::read_complex_raw_fif(path, options);
        fuzz::read_ends(raw);
        if (imaginary) {
            fuzz::read_ends(*imaginary);
        }
    });
    return 0;
}
