#pragma once

#include <functional>
#include <string>

namespace ranvier {

enum class LogLevel { debug, info, warning };

/// Says something to whoever listens: by default warnings go to stderr and the rest nowhere.
/// Python turns warnings into `warnings.warn` and the rest into `logging`.
void log(LogLevel level, const std::string& message);
inline void warn(const std::string& message) { log(LogLevel::warning, message); }

using LogSink = std::function<void(LogLevel, const std::string&)>;
/// Replaces the listener. @return the one that was there before
LogSink set_log_sink(LogSink sink);

}  // namespace ranvier
