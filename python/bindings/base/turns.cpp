#include "turns.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
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
};
std::vector<Work> working;  // guarded by the interpreter's lock

std::mutex finished_mutex;
std::condition_variable finished;

/// Whether another thread works on what `blocks` says.
template <class Blocks>
bool busy(Blocks blocks) {
    return std::any_of(working.begin(), working.end(), [&](const Work& work) {
        return work.thread != std::this_thread::get_id() && std::any_of(work.uses.begin(), work.uses.end(), blocks);
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
    wait_while([](const Use& theirs) {
        return std::any_of(uses.begin(), uses.end(), [&](const Use& own) {
            return (own.changes || theirs.changes) && own.begin < theirs.end && theirs.begin < own.end;
        });
    });
}

AtWork::AtWork() { working.push_back({std::this_thread::get_id(), uses}); }

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
