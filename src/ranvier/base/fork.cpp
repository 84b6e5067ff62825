#include "ranvier/base/fork.hpp"

#include <pthread.h>

#include <atomic>

namespace ranvier {

struct ProcessMutexes {
    static inline std::atomic<ProcessMutex*> newest{nullptr};
    static inline thread_local ProcessMutex* held = nullptr;  ///< from which on this thread holds all while it forks

    static void take() {
        held = newest.load();
        for (ProcessMutex* m = held; m; m = m->next_) {
            m->lock();
        }
    }
    static void give_back() {
        for (ProcessMutex* m = held; m; m = m->next_) {
            m->unlock();
        }
    }
};

ProcessMutex::ProcessMutex() {
    [[maybe_unused]] static const int told =
        pthread_atfork(&ProcessMutexes::take, &ProcessMutexes::give_back, &ProcessMutexes::give_back);
    next_ = ProcessMutexes::newest.load();
    while (!ProcessMutexes::newest.compare_exchange_weak(next_, this)) {
    }
}

}  // namespace ranvier
