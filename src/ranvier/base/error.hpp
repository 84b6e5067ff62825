#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ranvier/base/number_text.hpp"

namespace ranvier {

// Errors are sorted by who must act. Every message states the rule, the value that broke it, and the place.

/// The caller passed something that can't be used. Python: ValueError.
class InvalidInput : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// What the field's other tools know and Ranvier does not yet; says what to use instead. Python: NotImplementedError.
class NotYet : public InvalidInput {
public:
    using InvalidInput::InvalidInput;
};

/// One mistake in a text: where it stands (lines and columns count from 1, columns in characters; line 0: in the text
/// as a whole), what is wrong, and what may have been meant.
struct Diagnostic {
    std::string place;  ///< "equations", "threshold", "adex.model", ...
    int line = 0, column = 0, length = 1;
    std::string message;
    std::string suggestion;  ///< a sentence, or ""
};

/// The author of equations made mistakes; all of them are told at once. Python: a subclass of ValueError.
class ModelError : public InvalidInput {
public:
    /// @param rendered  all mistakes as text, with carets (language/diagnostic.hpp)
    ModelError(const std::string& rendered, std::vector<Diagnostic> diagnostics)
        : InvalidInput(rendered), diagnostics_(std::move(diagnostics)) {}

    const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

private:
    std::vector<Diagnostic> diagnostics_;
};

/// A computation left the range in which its result means anything. Python: ArithmeticError.
class NumericalError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A file is missing, unreadable, damaged or not of the expected kind. Python: OSError.
class FileError : public std::runtime_error {
public:
    static constexpr std::int64_t no_offset = -1;

    /// @param offset  byte at which the trouble begins, or `no_offset`
    FileError(const std::filesystem::path& path, std::int64_t offset, const std::string& what);

    const std::filesystem::path& path() const { return path_; }
    std::int64_t offset() const { return offset_; }

private:
    std::filesystem::path path_;
    std::int64_t offset_;
};

/// Where in the program something is said: std::source_location, which clang has only since version 16.
struct Place {
    const char* function = "";
    static constexpr Place here(const char* function = __builtin_FUNCTION()) { return {function}; }
};

/// A mistake of ours. Python: RuntimeError.
class InternalError : public std::logic_error {
public:
    explicit InternalError(const std::string& what, Place where = Place::here());
};

/// The user asked to stop (Ctrl-C). Python: KeyboardInterrupt.
class Interrupted : public std::runtime_error {
public:
    Interrupted() : std::runtime_error("interrupted") {}
};

namespace detail {

/// Words, a number as text_of writes it, or what a callable returns.
template <class Part>
std::string message_part(const Part& part) {
    // Words first: other headers have a text_of for classes that a word turns into, and quote it.
    if constexpr (std::is_convertible_v<const Part&, std::string_view>) {
        return std::string(std::string_view(part));
    } else if constexpr (std::is_same_v<Part, char>) {
        return std::string(1, part);
    } else if constexpr (requires { part(); }) {
        return part();
    } else {
        return text_of(part);
    }
}

}  // namespace detail

/// Throws InvalidInput unless `condition` holds. The message is put together from words and numbers, or by a callable,
/// only where it is shown, so that a hot path does not format.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
    if (!condition) [[unlikely]] {
        throw InvalidInput((std::string() + ... + detail::message_part(parts)));
    }
}

/// Throws InternalError unless `condition` holds: for what only a mistake of ours can break.
inline void ensure(bool condition, const char* rule, Place where = Place::here()) {
    if (!condition) [[unlikely]] {
        throw InternalError(rule, where);
    }
}

}  // namespace ranvier
