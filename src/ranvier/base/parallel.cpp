#include "ranvier/base/parallel.hpp"

#include <pthread.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/fork.hpp"
#include "ranvier/base/interrupt.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier {

namespace {

thread_local bool interrupts_deferred = false;
thread_local int thread_limit = 0;                             // 0: no limit set on this thread
thread_local const std::atomic<bool>* loop_stopped = nullptr;  // of the loop whose piece runs on this thread
std::atomic<bool> interrupt_requested{false};
std::atomic<bool> pool_left_behind{
    false};  // a child has the thread that forked alone; the pool would wait for the others

/// Some more threads than processors are allowed (the bits must not depend on it, and tests check that); thousands
/// would only hold the machine up.
int most_threads() { return std::max(4 * processors(), 16); }

int default_threads() {
    static const int count = [] {
        const char* text = std::getenv("RANVIER_THREADS");
        if (!text || !*text) {
            return processors();
        }
        // However many digits: beyond the most it makes no difference.
        const bool whole = *text != '0' && std::string_view(text).find_first_not_of("0123456789") == std::string::npos;
        require(whole, "RANVIER_THREADS must be a whole number > 0; got '", text, "'");
        return static_cast<int>(
            std::min<std::int64_t>(number_in<std::int64_t>(text).value_or(most_threads()), most_threads()));
    }();
    return count;
}

tbb::task_arena& arena_of(int n) {
    static ProcessMutex mutex;
    static std::unordered_map<int, std::unique_ptr<tbb::task_arena>> arenas;
    static std::unique_ptr<tbb::global_control> control;
    static int control_size = 0;
    [[maybe_unused]] static const int told = pthread_atfork(nullptr, nullptr, [] { pool_left_behind = true; });
    const std::lock_guard lock(mutex);
    if (n > control_size) {
        control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                        static_cast<std::size_t>(n));
        control_size = n;
    }
    auto& arena = arenas[n];
    if (!arena) {
        arena = std::make_unique<tbb::task_arena>(n);
    }
    return *arena;
}

/// For the lifetime of a piece.
class InLoop {
public:
    explicit InLoop(const std::atomic<bool>& stopped) : before_(std::exchange(loop_stopped, &stopped)) {}
    ~InLoop() { loop_stopped = before_; }
    InLoop(const InLoop&) = delete;
    InLoop& operator=(const InLoop&) = delete;

private:
    const std::atomic<bool>* before_;
};

}  // namespace

int threads() { return thread_limit > 0 ? thread_limit : default_threads(); }

ThreadLimit::ThreadLimit(int n) : before_(thread_limit) {
    if (n > 0) {
        thread_limit = std::min(n, most_threads());
    }
}

ThreadLimit::~ThreadLimit() { thread_limit = before_; }

void parallel_for(index count, FunctionRef<void(index)> body) {
    const int n = threads();
    if (count <= 1 || n == 1 || pool_left_behind) {
        const FlushDenormals flush;
        for (index i = 0; i < count; ++i) {
            check_interrupt();
            body(i);
        }
        return;
    }
    std::atomic<bool> stopped{false};  // an interrupt is thrown once: the pieces on other threads hear of it here
    arena_of(n).execute([&] {
        tbb::parallel_for(
            tbb::blocked_range<index>(0, count, 1),
            [&](const tbb::blocked_range<index>& range) {
                const FlushDenormals flush;
                const ThreadLimit inner(1);  // a loop inside a piece runs on the thread of the piece
                const InLoop here(stopped);
                try {
                    for (index i = range.begin(); i != range.end(); ++i) {
                        check_interrupt();
                        body(i);
                    }
                } catch (const Interrupted&) {
                    stopped.store(true, std::memory_order_relaxed);
                    throw;
                }
            },
            tbb::simple_partitioner());
    });
}

void request_interrupt() noexcept { interrupt_requested.store(true, std::memory_order_relaxed); }

DeferInterrupts::DeferInterrupts() : before_(std::exchange(interrupts_deferred, true)) {}
DeferInterrupts::~DeferInterrupts() { interrupts_deferred = before_; }

void check_interrupt() {
    if (interrupts_deferred) {
        return;
    }
    if (interrupt_requested.load(std::memory_order_relaxed) && interrupt_requested.exchange(false)) {
        throw Interrupted();
    }
    if (loop_stopped && loop_stopped->load(std::memory_order_relaxed)) {
        throw Interrupted();
    }
}

}  // namespace ranvier
