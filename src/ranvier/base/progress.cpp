#include "ranvier/base/progress.hpp"

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <exception>
#include <mutex>

#include "ranvier/base/fork.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier {

namespace {

using Clock = std::chrono::steady_clock;

std::atomic<ProgressSink*> current_sink{nullptr};
ProcessMutex progress_mutex;

double seconds_since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

std::string duration(double seconds) {
    return seconds < 99.5 ? formatted(seconds < 9.95 ? "%.1f s" : "%.0f s", seconds)
                          : formatted("%.0f min ", std::floor(seconds / 60)) +
                                formatted("%02.0f s", std::floor(std::fmod(seconds, 60)));
}

class StderrProgress : public ProgressSink {
public:
    void show(const std::string& task, index done, index total, double seconds_left) override {
        const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
        const std::string left = seconds_left >= 0 ? ", " + duration(seconds_left) + " left" : "";
        if (terminal_) {
            std::string bar(24, '.');
            for (std::size_t k = 0; k < static_cast<std::size_t>(std::lround(share * 24)); ++k) {
                bar[k] = '#';
            }
            std::fprintf(stderr, "\r\033[K%-32s [%s] %3.0f %%%s", task.c_str(), bar.c_str(), share * 100, left.c_str());
            std::fflush(stderr);
        } else if (seconds_since(last_line_) >= 5) {
            std::fprintf(stderr, "%s: %.0f %%%s\n", task.c_str(), share * 100, left.c_str());
            last_line_ = Clock::now();
        }
    }

    void finish(const std::string& task, double seconds) override {
        std::fprintf(stderr, terminal_ ? "\r\033[K%-32s %s\n" : "%s: %s\n", task.c_str(), duration(seconds).c_str());
        last_line_ = Clock::now();
    }

private:
    const bool terminal_ = isatty(STDERR_FILENO) == 1;
    Clock::time_point last_line_ = Clock::now();
};

}  // namespace

ProgressSink* set_progress_sink(ProgressSink* sink) { return current_sink.exchange(sink); }

ProgressSink& stderr_progress() {
    static StderrProgress sink;
    return sink;
}

Progress::Progress(std::string task, index total)
    : task_(std::move(task)), total_(total), start_(Clock::now()), shown_(start_) {}

Progress::~Progress() {
    ProgressSink* sink = current_sink.load();
    if (sink && std::uncaught_exceptions() == 0) {
        const std::lock_guard lock(progress_mutex);
        sink->finish(task_, seconds_since(start_));
    }
}

void Progress::advance(index steps) {
    ProgressSink* sink = current_sink.load();
    const std::lock_guard lock(progress_mutex);
    done_ += steps;
    if (!sink || seconds_since(start_) < 1 || seconds_since(shown_) < 0.1) {
        return;
    }
    shown_ = Clock::now();
    const double spent = seconds_since(start_);
    const double left = done_ > 0 ? spent * static_cast<double>(total_ - done_) / static_cast<double>(done_) : -1;
    sink->show(task_, done_, total_, left);
}

}  // namespace ranvier
