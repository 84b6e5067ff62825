#include <cstring>
#include <vector>

#include "ranvier/base/digest.hpp"
#include "ranvier/formats/tables/model_file.hpp"
#include "ranvier/formats/tables/table.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

// The digest at the end would stop nearly every input at the door, so it is made to fit: what lies behind it is tried.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    static fuzz::Input input(".rvl");
    static fuzz::Input table(".csv"), array(".npy");
    std::vector<std::uint8_t> bytes(data, data + size);
    if (size >= 64) {
        const std::string digest = sha256(std::as_bytes(std::span(bytes)).first(size - 64));
        std::memcpy(bytes.data() + size - 64, digest.data(), 64);
    }
    const auto& path = input.holding(bytes.data(), bytes.size());
    fuzz::try_reading([&] {
        const learn::Model model = formats::read_model(path);
        Array<double, 2> X({2, 2});
        X(0, 0) = 1;
        try {
            learn::answer(model, X);
        } catch (const NumericalError&) {  // a singular matrix is no mistake of the reader
        }
    });
    const auto& csv = table.holding(data, size);
    fuzz::try_reading([&] { formats::read_table(csv, size % 2 ? "" : "-1"); });
    const auto& npy = array.holding(data, size);
    fuzz::try_reading([&] { formats::read_table(npy, ""); });
    return 0;
}
