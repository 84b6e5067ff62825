#include <string>
#include <string_view>

#include "ranvier/base/error.hpp"
#include "ranvier/formats/tables/json_value.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

// What is taken for JSON can be printed, copied, and read again as the same settings.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    fuzz::try_reading([&] {
        const auto json = formats::parsed_json(std::string_view(reinterpret_cast<const char*>(data), size));
        const Value value = formats::value_of(json);
        const std::string once = formats::json_of(value).dump();
        ensure(formats::json_of(formats::value_of(formats::parsed_json(once))).dump() == once,
               "settings come back as they were written");
    });
    return 0;
}
