#include <string>

#include "ranvier/formats/tables/network_file.hpp"
#include "ranvier/sim/plan/words.hpp"
#include "tests/fuzz/fuzz_reader.hpp"

// What a file says becomes a plan or is refused; so do its words.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    const std::string text(reinterpret_cast<const char*>(data), size);
    fuzz::try_reading([&] {
        const sim::Plan plan = formats::NetworkFile(text, "net.toml", "/nonexistent").plan();
        for (const std::string& what : plan.run.record.value_or(std::vector<std::string>{})) {
            fuzz::try_reading([&] { static_cast<void>(sim::record_text(what).of.elements(10)); });
        }
        for (const sim::SynapsesPlan& part : plan.synapses) {
            fuzz::try_reading([&] { static_cast<void>(sim::constant(part.weight, {}, "weight")); });
        }
    });
    fuzz::try_reading([&] { static_cast<void>(sim::quantity(text)); });
    return 0;
}
