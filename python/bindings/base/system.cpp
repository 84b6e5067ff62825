// Errors, warnings, interrupts, threads: what every call shares.
#include <algorithm>
#include <csignal>
#include <functional>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

#include "call.hpp"
#include "ranvier/base/conflict.hpp"
#include "ranvier/base/cpu.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/fork.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/system_error.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::python {

namespace {

std::thread::id main_thread;

struct Message {
    std::thread::id from;  ///< the thread of Python whose call said it; none: a thread of the engine
    LogLevel level;
    std::string text;
};
ProcessMutex messages_mutex;
std::vector<Message> messages;

extern "C" void interrupted(int) { request_interrupt(); }

void collect(LogLevel level, const std::string& message) {
    const bool python = PyGILState_GetThisThreadState() != nullptr;
    const std::lock_guard lock(messages_mutex);
    messages.push_back({python ? std::this_thread::get_id() : std::thread::id(), level, message});
}

bool of_this_call(const Message& message) {
    return message.from == std::this_thread::get_id() || message.from == std::thread::id();
}

/// Sets Python's error for what the engine threw. @throws  what is none of the engine's
void set_error(const std::exception_ptr& pointer) {
    const auto raise = [](const char* name, auto&&... arguments) {
        nb::object error = nb::module_::import_("ranvier.errors").attr(name)(arguments...);
        PyErr_SetObject(error.type().ptr(), error.ptr());
    };
    try {
        std::rethrow_exception(pointer);
    } catch (const NotYet& error) {
        PyErr_SetString(PyExc_NotImplementedError, error.what());
    } catch (const Conflict& error) {
        raise("ConflictError", error.what());
    } catch (const InvalidInput& error) {
        PyErr_SetString(PyExc_ValueError, error.what());
    } catch (const FileError& error) {
        const auto* system = dynamic_cast<const SystemError*>(&error);
        // The path as Python spells names of files, whatever bytes it has.
        const nb::object path = nb::steal(PyUnicode_DecodeFSDefault(error.path().c_str()));
        const nb::object message = nb::steal(PyUnicode_DecodeFSDefault(error.what()));
        raise("file_error", message, path, error.offset(), system ? system->number() : 0);
    } catch (const NumericalError& error) {
        PyErr_SetString(PyExc_ArithmeticError, error.what());
    } catch (const Interrupted&) {
        PyErr_SetNone(PyExc_KeyboardInterrupt);
    } catch (const std::bad_cast&) {
        PyErr_SetString(PyExc_TypeError, "a value or an item of it has a type that can't be taken here");
    } catch (const InternalError& error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
    }
}

void translate(const std::exception_ptr& pointer, void*) {
    try {
        set_error(pointer);
    } catch (...) {
        try {
            deliver_warnings();
        } catch (const nb::python_error&) {  // the first error counts
        }
        throw;
    }
    nb::python_error error;  // takes it
    deliver_warnings_beside(error);
    error.restore();
}

}  // namespace

// Python's own handler only notes the signal, to be acted on when the interpreter runs again; that is after the call.
InterruptGuard::InterruptGuard() {
    if (std::this_thread::get_id() != main_thread) {
        return;
    }
    before_ = PyOS_setsig(SIGINT, interrupted);
    if (before_ == SIG_IGN) {  // somebody decided that Ctrl-C shall do nothing
        PyOS_setsig(SIGINT, before_);
        before_ = nullptr;
    }
}

InterruptGuard::~InterruptGuard() {
    if (!before_) {
        return;
    }
    PyOS_setsig(SIGINT, before_);
    try {
        check_interrupt();  // it came too late for a loop to see it: let Python have it
    } catch (const Interrupted&) {
        std::raise(SIGINT);
    }
}

int& thread_setting() {
    thread_local int setting = 0;
    return setting;
}

void deliver_warnings() {
    std::vector<Message> taken;
    {
        const std::lock_guard lock(messages_mutex);
        const auto theirs = std::stable_partition(messages.begin(), messages.end(), std::not_fn(of_this_call));
        taken.assign(std::make_move_iterator(theirs), std::make_move_iterator(messages.end()));
        messages.erase(theirs, messages.end());
    }
    for (const Message& message : taken) {
        nb::module_::import_("ranvier.errors").attr("tell")(static_cast<int>(message.level), message.text);
    }
}

void deliver_warnings_beside(const nb::python_error& error) {
    try {
        deliver_warnings();
    } catch (nb::python_error& warning) {
        PyException_SetContext(error.value().ptr(), warning.value().inc_ref().ptr());
    }
}

void bind_system(nb::module_& m) {
    main_thread = std::this_thread::get_id();
    nb::register_exception_translator(translate);
    set_log_sink(collect);
    m.attr("version") = RANVIER_VERSION;
    m.def(
        "threads", [] { return thread_setting() > 0 ? thread_setting() : threads(); },
        "Number of threads that parallel loops use.");
    m.def(
        "show_progress", [](bool on) { return set_progress_sink(on ? &stderr_progress() : nullptr) != nullptr; },
        "on"_a, "Let long work say on stderr how far it is. Returns whether it did before.");
    m.def(
        "set_threads", [](int n) { return std::exchange(thread_setting(), n > 0 ? n : 0); }, "n"_a,
        "Bound the threads of calls from this Python thread; 0 means all. Returns the bound before.");
    m.def(
        "messages_left",
        [] {
            const std::lock_guard lock(messages_mutex);
            return std::count_if(messages.begin(), messages.end(), of_this_call);
        },
        "How many messages of finished calls nobody has been given: none, or a binding has forgotten to.");
    m.def(
        "write_file",
        [](const std::filesystem::path& path, const nb::bytes& content, bool overwrite) {
            OutputFile file(path, overwrite);
            file.write(std::string_view(content.c_str(), content.size()));
            file.commit();
        },
        "path"_a, "content"_a, "overwrite"_a, "Writes a file whole or not at all: aside first, then in its place.");
    m.def("instruction_set", [] { return std::string(name(instruction_set())); });
    m.def("processors", &processors);
    m.def("resident_bytes", &resident_bytes);
    m.def("peak_resident_bytes", &peak_resident_bytes);
    m.def("blas", &numerics::blas_description);
    m.def("interrupt", &request_interrupt, "Stop what runs at its next piece, as Ctrl-C does.");
}

}  // namespace ranvier::python
