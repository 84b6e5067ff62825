#include <cmath>
#include <string_view>

#include "ranvier/base/error.hpp"
#include "ranvier/formats/annotation_table.hpp"
#include "ranvier/formats/tables/json_value.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

// Tables of annotations, with seconds or, after a first byte that is odd, with dates: what is taken can be worked with.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    if (size == 0) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    fuzz::try_reading([&] {
        const auto annotations = formats::annotations_of_table(text, data[0] % 2 == 1, "table");
        double before = -INFINITY;
        for (const meeg::Annotation& one : annotations.items) {
            ensure(std::isfinite(one.onset) && one.onset >= before, "annotations are sorted by times that are numbers");
            ensure(std::isfinite(one.duration) && one.duration >= 0, "durations are numbers >= 0");
            before = one.onset;
            if (!one.extras.empty()) {
                formats::parsed_json(one.extras);
            }
        }
    });
    return 0;
}
