#include "ranvier/base/log.hpp"

#include <cstdio>
#include <mutex>
#include <utility>

#include "ranvier/base/fork.hpp"

namespace ranvier {

namespace {

ProcessMutex log_mutex;

LogSink& sink() {
    static LogSink current = [](LogLevel level, const std::string& message) {
        if (level == LogLevel::warning) {
            std::fprintf(stderr, "ranvier: warning: %s\n", message.c_str());
        }
    };
    return current;
}

}  // namespace

void log(LogLevel level, const std::string& message) {
    LogSink listener;
    {
        const std::lock_guard lock(log_mutex);
        listener = sink();
    }
    if (listener) {
        listener(level, message);
    }
}

LogSink set_log_sink(LogSink replacement) {
    const std::lock_guard lock(log_mutex);
    return std::exchange(sink(), std::move(replacement));
}

}  // namespace ranvier
