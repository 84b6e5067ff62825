#include "ranvier/base/fork.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <mutex>
#include <thread>

#include "ranvier/base/log.hpp"
#include "ranvier/base/progress.hpp"

namespace ranvier {

namespace {

/// How often of `times` a child ends well that does `work`, while a thread of its parent does so all the time.
template <class Work>
int good_children(int times, Work work) {
    std::atomic<bool> ending{false};
    std::thread other([&] {
        while (!ending) {
            work();
        }
    });
    int good = 0;
    for (int k = 0; k < times; ++k) {
        const pid_t child = fork();
        if (child == 0) {
            work();
            _exit(0);
        }
        int status = -1;
        for (int wait = 0; wait < 2000 && waitpid(child, &status, WNOHANG) == 0; ++wait) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        if (status != 0) {
            kill(child, SIGKILL);
            waitpid(child, nullptr, 0);
            break;
        }
        ++good;
    }
    ending = true;
    other.join();
    return good;
}

}  // namespace

TEST(Fork, AChildFindsFreeAndWholeWhatAnotherThreadOfItsParentWasChanging) {
    static ProcessMutex mutex;
    static volatile int first = 0, second = 0;
    EXPECT_EQ(good_children(100,
                            [] {
                                const std::lock_guard lock(mutex);
                                if (first != second) {
                                    _exit(1);
                                }
                                first = first + 1;
                                std::this_thread::sleep_for(std::chrono::microseconds(100));
                                second = second + 1;
                            }),
              100);
}

TEST(Fork, AChildCanLogAndShowProgress) {
    const LogSink before = set_log_sink([](LogLevel, const std::string&) {});
    EXPECT_EQ(good_children(300, [] { log(LogLevel::info, "something"); }), 300);
    set_log_sink(before);
    Progress progress("work", 1'000'000'000);
    EXPECT_EQ(good_children(300, [&] { progress.advance(); }), 300);
}

}  // namespace ranvier
