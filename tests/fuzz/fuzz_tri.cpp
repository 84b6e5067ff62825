#include "ranvier/formats/freesurfer/gifti.hpp"
#include "ranvier/formats/freesurfer/volumes.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

// Texts: surfaces of .tri, and tables of regions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input(".tri");
    const auto& path = input.holding(data, size);
    bool normals = false;
    fuzz::try_reading([&] { formats::read_tri_surface(path, normals); });
    fuzz::try_reading([&] { formats::read_colour_table(path); });
    return 0;
}
