#include "ranvier/base/team.hpp"

#include "ranvier/base/cpu.hpp"

namespace ranvier {

namespace {

/// How often to look before giving way: for about 50 µs, but hardly where others need the processor.
int patience(int members) { return members <= processors() ? 3000 : 10; }

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

}  // namespace

Team::Team(int members) {
    const int n = members > 0 ? members : ranvier::threads();
    failures_.resize(static_cast<std::size_t>(n));
    spins_ = patience(n);
    try {
        for (int member = 1; member < n; ++member) {
            threads_.emplace_back([this, member] { serve(member); });
        }
    } catch (...) {  // no more threads to be had: those that run must end before they are destroyed
        ending_ = true;
        round_.fetch_add(1);
        wake_.notify_all();
        for (std::thread& thread : threads_) {
            thread.join();
        }
        throw;
    }
}

Team::~Team() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        round_.fetch_add(1);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void Team::work(int member) noexcept {
    try {
        for (index i = member; i < count_; i += members()) {
            (*body_)(i);
        }
    } catch (...) {
        failures_[static_cast<std::size_t>(member)] = std::current_exception();
    }
}

void Team::serve(int member) {
    const FlushDenormals flush;
    const ThreadLimit inner(1);
    std::uint64_t seen = 0;
    for (;;) {
        for (int k = 0; k < spins_ && round_.load(std::memory_order_acquire) == seen; ++k) {
            relax();
        }
        if (round_.load(std::memory_order_acquire) == seen) {
            std::unique_lock lock(mutex_);
            // Announce first, look again after: run() looks at `sleeping_` after it has begun the round.
            sleeping_.fetch_add(1);
            wake_.wait(lock, [&] { return round_.load() != seen; });
            sleeping_.fetch_sub(1);
        }
        seen = round_.load(std::memory_order_acquire);
        if (ending_) {
            return;
        }
        work(member);
        busy_.fetch_sub(1, std::memory_order_release);
    }
}

void Team::run(index count, FunctionRef<void(index)> body) {
    const FlushDenormals flush;
    const ThreadLimit inner(1);
    check_interrupt();
    body_ = &body;
    count_ = count;
    // Members without a piece are counted too: each must have left the round before the next begins.
    busy_.store(static_cast<int>(threads_.size()), std::memory_order_relaxed);
    round_.fetch_add(1);
    if (sleeping_.load() > 0) {
        const std::lock_guard lock(mutex_);
        wake_.notify_all();
    }
    work(0);
    for (int k = 0; busy_.load(std::memory_order_acquire) > 0; ++k) {
        // On a machine with fewer processors than members somebody else must be let on.
        if (k < spins_) {
            relax();
        } else {
            std::this_thread::yield();
        }
    }
    for (std::exception_ptr& failure : failures_) {
        if (failure) {
            std::exception_ptr first;
            std::swap(first, failure);
            for (std::exception_ptr& other : failures_) {
                other = nullptr;
            }
            std::rethrow_exception(first);
        }
    }
}

}  // namespace ranvier
