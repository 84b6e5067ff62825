#pragma once

#include <mutex>

namespace ranvier {

/// A mutex for what lives as long as the process: a child that another thread forks finds it free, and what it guards
/// whole, because a fork waits for whoever holds it. It has static storage and is not held while another one is taken.
class ProcessMutex {
public:
    ProcessMutex();
    ProcessMutex(const ProcessMutex&) = delete;
    ProcessMutex& operator=(const ProcessMutex&) = delete;
    void lock() { mutex_.lock(); }
    void unlock() { mutex_.unlock(); }

private:
    friend struct ProcessMutexes;
    std::mutex mutex_;
    ProcessMutex* next_ = nullptr;
};

}  // namespace ranvier
