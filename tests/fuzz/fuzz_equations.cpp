#include <cstddef>
#include <cstdint>

#include "tests/fuzz/fuzz_language.hpp"

// The parts of a model, with a '@' between them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ranvier;
    using namespace ranvier::language;
    std::string texts[5];
    std::size_t part = 0;
    for (std::size_t k = 0; k < size; ++k) {
        if (data[k] == '@' && part < 4) {
            ++part;
        } else {
            texts[part] += static_cast<char>(data[k]);
        }
    }
    Parts parts;
    parts.kind = static_cast<Kind>(size % 6);
    parts.time = size % 7 == 0 ? Time::either : Time::second;
    parts.equations = texts[0];
    parts.threshold = texts[1];
    parts.reset = texts[2];
    parts.refractory = texts[3];
    if (!texts[4].empty()) {
        parts.on_pre = {{"pre", texts[4]}};
    }
    static const Model neurons = [] {
        Parts p;
        p.equations = "dv/dt = -v/(10*ms) : volt\ng : siemens\nI : amp";
        return model(p);
    }();
    Scope scope;
    scope.pre = scope.post = &neurons;
    scope.constants["tau"] = {0.01, units::unit("second").dimension, Type::real};
    fuzz::look_at(checked(parts, scope), texts[0]);
    free_names(parts);
    return 0;
}
