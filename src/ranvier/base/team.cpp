#include "ranvier/base/team.hpp"

#include "ranvier/base/cpu.hpp"

namespace ranvier {

namespace {

/// How often to look before giving way: for about 50 µs, but hardly where others need the processor.
int spins_before_sleep(int members) { return members <= processors() ? 3000 : 10; }

/// Moments that the caller gives a member to begin its share, once its own is done: about what a wake member needs to
/// see that there is a round.
constexpr int grace = 20;

/// A moment between two looks, which leaves the cache line in peace.
void moment() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

}  // namespace

Team::Team(int members)
    : members_(members > 0 ? members : ranvier::threads()),
      spins_(spins_before_sleep(members_)),
      failures_(static_cast<std::size_t>(members_)),
      shares_(static_cast<std::size_t>(members_)) {
    try {
        for (int member = 1; member < members_; ++member) {
            threads_.emplace_back([this, member] { serve(member); });
        }
    } catch (...) {  // no more threads to be had: those that run must end before they are destroyed
        end();
        throw;
    }
}

Team::~Team() { end(); }

void Team::end() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        round_.number.fetch_add(1);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void Team::work(int member, const FunctionRef<void(index)>& body, index count) noexcept {
    try {
        for (index i = member; i < count; i += members_) {
            body(i);
        }
    } catch (...) {
        failures_[static_cast<std::size_t>(member)] = std::current_exception();
    }
}

/// Whoever takes a share first does it. A member that comes late finds it taken, and does not look at a body that the
/// caller may have left behind.
bool Team::take(int member, std::uint64_t round) noexcept {
    std::atomic<std::uint64_t>& taken = shares_[static_cast<std::size_t>(member)].taken;
    std::uint64_t before = taken.load(std::memory_order_relaxed);
    return before < round && taken.compare_exchange_strong(before, round, std::memory_order_acq_rel);
}

void Team::serve(int member) {
    const FlushDenormals flush;
    const ThreadLimit inner(1);
    std::atomic<std::uint64_t>& finished = shares_[static_cast<std::size_t>(member)].finished;
    for (std::uint64_t seen = 0;;) {
        for (int k = 0; k < spins_ && round_.number.load(std::memory_order_acquire) == seen; ++k) {
            moment();
        }
        if (round_.number.load(std::memory_order_acquire) == seen) {
            std::unique_lock lock(mutex_);
            // Announce first, look again after: run() looks at `sleeping_` after it has begun the round.
            sleeping_.fetch_add(1);
            wake_.wait(lock, [&] { return round_.number.load() != seen; });
            sleeping_.fetch_sub(1);
        }
        seen = round_.number.load(std::memory_order_acquire);
        if (ending_) {
            return;
        }
        if (take(member, seen)) {
            work(member, *round_.body, round_.count);
            finished.store(seen, std::memory_order_release);
        }
    }
}

void Team::run(index count, FunctionRef<void(index)> body) {
    const FlushDenormals flush;
    const ThreadLimit inner(1);
    check_interrupt();
    round_.body.emplace(body);
    round_.count = count;
    const std::uint64_t number = round_.number.fetch_add(1) + 1;
    if (sleeping_.load() > 0) {
        const std::lock_guard lock(mutex_);
        wake_.notify_all();
    }
    work(0, body, count);
    for (int member = 1; member < members_; ++member) {
        const Share& share = shares_[static_cast<std::size_t>(member)];
        for (int k = 0; k < grace && share.taken.load(std::memory_order_relaxed) != number; ++k) {
            moment();
        }
        if (take(member, number)) {
            work(member, body, count);
            continue;
        }
        for (int k = 0; share.finished.load(std::memory_order_acquire) != number; ++k) {
            if (k < spins_) {
                moment();
            } else {
                std::this_thread::yield();
            }
        }
    }
    std::exception_ptr first;
    for (std::exception_ptr& failure : failures_) {
        if (failure) {
            first = first ? first : failure;
            failure = nullptr;
        }
    }
    if (first) {
        std::rethrow_exception(first);
    }
}

}  // namespace ranvier
