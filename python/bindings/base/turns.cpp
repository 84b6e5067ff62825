#include "turns.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace nb = nanobind;

namespace ranvier::python {

namespace {

struct Use {
    const std::byte* begin;
    const std::byte* end;
    bool changes;
};

/// What this thread's calls have been given, outermost first.
thread_local std::vector<Use> uses;

struct Work {
    std::thread::id thread;
    std::vector<Use> uses;
    bool gone = false;  ///< its thread was left behind in the process that forked this one
};
std::vector<Work> working;  // guarded by the interpreter's lock

std::uint64_t changes_so_far = 0;  // guarded by the interpreter's lock

std::mutex finished_mutex;
std::condition_variable finished;

/// In a child is the thread that forked alone. What others read there is free; what they were changing stays half
/// changed.
void forget_readers() {
    for (Work& work : working) {
        if (work.thread != std::this_thread::get_id()) {
            work.gone = true;
            std::erase_if(work.uses, [](const Use& use) { return !use.changes; });
        }
    }
}

/// Whether another thread works on what `blocks` says, or did when it was left behind.
template <class Blocks>
bool busy(Blocks blocks, bool gone = false) {
    return std::any_of(working.begin(), working.end(), [&](const Work& work) {
        return work.gone == gone && (gone || work.thread != std::this_thread::get_id()) &&
               std::any_of(work.uses.begin(), work.uses.end(), blocks);
    });
}

template <class Blocks>
void wait_while(Blocks blocks) {
    while (!working.empty() && busy(blocks)) {
        {
            const nb::gil_scoped_release release;
            std::unique_lock lock(finished_mutex);
            finished.wait_for(lock, std::chrono::milliseconds(5));  // a finish between the two locks goes unheard
        }
        if (PyErr_CheckSignals() != 0) {
            throw nb::python_error();
        }
    }
}

}  // namespace

Turn::~Turn() {
    if (taken_) {
        uses.pop_back();
    }
}

void Turn::take(const void* noun, std::size_t bytes, bool changes) {
    if (taken_) {
        return;
    }
    const auto* begin = static_cast<const std::byte*>(noun);
    uses.push_back({begin, begin + bytes, changes});
    taken_ = true;
    const auto blocks = [](const Use& theirs) {
        return std::any_of(uses.begin(), uses.end(), [&](const Use& own) {
            return (own.changes || theirs.changes) && own.begin < theirs.end && theirs.begin < own.end;
        });
    };
    if (busy(blocks, true)) {
        uses.pop_back();
        taken_ = false;
        throw std::runtime_error(
            "another thread was changing this object when the process forked, and it is half changed here; fork while "
            "no other thread works, or start processes by 'spawn'");
    }
    wait_while(blocks);
    changes_so_far += changes ? 1 : 0;
}

std::uint64_t changes() { return changes_so_far; }

AtWork::AtWork() {
    [[maybe_unused]] static const int told =
        pthread_atfork([] { finished_mutex.lock(); }, [] { finished_mutex.unlock(); },
                       [] {
                           finished_mutex.unlock();
                           forget_readers();
                       });
    working.push_back({std::this_thread::get_id(), uses});
}

AtWork::~AtWork() {
    const auto last = std::find_if(working.rbegin(), working.rend(),
                                   [](const Work& work) { return work.thread == std::this_thread::get_id(); });
    working.erase(std::next(last).base());
    finished.notify_all();
}

void wait_for_all() {
    wait_while([](const Use&) { return true; });
}

}  // namespace ranvier::python
