#pragma once

namespace ranvier {

/// While one lives, check_interrupt() on its thread throws nothing: for work that is done as a whole or not at all,
/// such as a step of a network. What was asked for meanwhile is heard at the next check behind it.
class DeferInterrupts {
public:
    DeferInterrupts();
    ~DeferInterrupts();
    DeferInterrupts(const DeferInterrupts&) = delete;
    DeferInterrupts& operator=(const DeferInterrupts&) = delete;

private:
    bool before_;
};

}  // namespace ranvier
