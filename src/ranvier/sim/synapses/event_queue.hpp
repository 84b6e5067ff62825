#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ranvier::sim {

/// What is under way: numbers (of sources or of synapses) that arrive in later steps, in the order of their emission.
class EventQueue {
public:
    /// Room for delays up to this number of steps; what is under way stays so.
    void reserve(std::int64_t longest_delay);
    /// Adds a number that arrives `delay` steps after the present one, delay >= 0.
    void push(std::int32_t number, std::int64_t delay) { slots_[slot(delay)].push_back(number); }
    /// Adds several that have one delay.
    void push(std::span<const std::int32_t> numbers, std::int64_t delay) {
        auto& there = slots_[slot(delay)];
        there.insert(there.end(), numbers.begin(), numbers.end());
    }
    /// What arrives in the present step.
    std::span<const std::int32_t> now() const { return slots_[now_]; }
    void advance();
    void clear();
    /// Steps become `ratio` times as long.
    void stretch(double ratio);

    /// What is under way: delays and numbers, in the order of arrival, then emission.
    struct Pending {
        std::vector<std::int64_t> delays;
        std::vector<std::int32_t> numbers;
    };
    Pending pending() const;
    void set_pending(const Pending& pending);

private:
    std::size_t slot(std::int64_t delay) const {  // room was made for the longest: once around at most
        const std::size_t at = now_ + static_cast<std::size_t>(delay);
        return at < slots_.size() ? at : at - slots_.size();
    }

    std::vector<std::vector<std::int32_t>> slots_ = std::vector<std::vector<std::int32_t>>(1);
    std::size_t now_ = 0;
};

}  // namespace ranvier::sim
