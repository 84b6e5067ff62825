#include "ranvier/sim/network/workers.hpp"

namespace ranvier::sim {

namespace {

thread_local Workers* innermost = nullptr;

}  // namespace

Workers::Workers() : outer_(innermost) { innermost = this; }
Workers::~Workers() { innermost = outer_; }

Team* Workers::team() {
    if (innermost == nullptr || threads() <= 1) {
        return nullptr;
    }
    auto& mine = innermost->team_;
    return mine ? &*mine : &mine.emplace();
}

}  // namespace ranvier::sim
