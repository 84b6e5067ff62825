#pragma once

#include <chrono>
#include <string>

#include "ranvier/base/array.hpp"

namespace ranvier {

/// Where work says how far it is. Implemented by whoever shows it: a terminal, a notebook, a log.
class ProgressSink {
public:
    virtual ~ProgressSink() = default;
    /// @param seconds_left  estimate [s], negative while unknown
    virtual void show(const std::string& task, index done, index total, double seconds_left) = 0;
    virtual void finish(const std::string& task, double seconds) = 0;
};

/// The sink for progress of this process; none at first (silent). @return the sink that was there before
ProgressSink* set_progress_sink(ProgressSink* sink);

/// Bars on stderr: redrawn in place on a terminal, plain lines (at most one every five seconds) elsewhere. Tasks that
/// end within a second are only named when done.
ProgressSink& stderr_progress();

/// One task of known length. advance() may be called from any thread.
class Progress {
public:
    Progress(std::string task, index total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void advance(index steps = 1);

private:
    std::string task_;
    index total_;
    index done_ = 0;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point shown_;
};

}  // namespace ranvier
