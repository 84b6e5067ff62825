#include "ranvier/sim/synapses/event_queue.hpp"

#include <algorithm>
#include <cmath>

namespace ranvier::sim {

void EventQueue::reserve(std::int64_t longest_delay) {
    const auto wanted = static_cast<std::size_t>(longest_delay) + 1;
    if (wanted <= slots_.size()) {
        return;
    }
    std::rotate(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(now_), slots_.end());
    now_ = 0;
    slots_.resize(wanted);
}

void EventQueue::advance() {
    slots_[now_].clear();
    now_ = (now_ + 1) % slots_.size();
}

void EventQueue::clear() {
    for (auto& slot : slots_) {
        slot.clear();
    }
}

EventQueue::Pending EventQueue::pending() const {
    Pending all;
    for (std::size_t k = 0; k < slots_.size(); ++k) {
        for (const std::int32_t number : slots_[(now_ + k) % slots_.size()]) {
            all.delays.push_back(static_cast<std::int64_t>(k));
            all.numbers.push_back(number);
        }
    }
    return all;
}

void EventQueue::set_pending(const Pending& pending) {
    clear();
    now_ = 0;
    for (std::size_t k = 0; k < pending.numbers.size(); ++k) {
        reserve(pending.delays[k]);
        push(pending.numbers[k], pending.delays[k]);
    }
}

void EventQueue::stretch(double ratio) {
    Pending all = pending();
    for (std::int64_t& delay : all.delays) {
        delay = static_cast<std::int64_t>(std::nearbyint(static_cast<double>(delay) / ratio));
    }
    set_pending(all);
}

}  // namespace ranvier::sim
