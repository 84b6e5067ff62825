#include "ranvier/base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "ranvier/base/error.hpp"

extern char** environ;

namespace ranvier {

namespace {

/// The child, which does not outlive this object.
class Child {
public:
    explicit Child(pid_t pid) : pid_(pid) {}
    ~Child() {
        if (pid_ > 0) {
            kill(pid_, SIGTERM);
            wait();
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int wait() {
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = 0;
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }

private:
    pid_t pid_;
};

class Pipe {
public:
    Pipe() { ensure(pipe2(ends_.data(), O_CLOEXEC) == 0, "the system has a pipe to spare"); }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    int read_end() const { return ends_[0]; }
    int write_end() const { return ends_[1]; }
    void close_end(std::size_t end) {
        if (ends_[end] >= 0) {
            close(ends_[end]);
            ends_[end] = -1;
        }
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, FunctionRef<void()> meanwhile) {
    require(!command.empty(), "a program to run");
    std::vector<char*> arguments;
    for (const std::string& word : command) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);

    Pipe pipe;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe.write_end(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe.write_end(), STDERR_FILENO);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT || error == EACCES) {
        return {127, command[0] + ": " + std::strerror(error)};
    }
    ensure(error == 0, "the system can start a program");
    Child child(pid);
    pipe.close_end(1);

    ProcessResult result;
    for (;;) {
        check_interrupt();
        meanwhile();
        pollfd waiting{pipe.read_end(), POLLIN, 0};
        if (poll(&waiting, 1, 100) <= 0) {
            continue;
        }
        std::array<char, 4096> buffer{};
        const ssize_t n = read(pipe.read_end(), buffer.data(), buffer.size());
        if (n <= 0) {
            break;  // nobody holds the other end any more
        }
        result.output.append(buffer.data(), static_cast<std::size_t>(n));
        if (result.output.size() > buffer.size()) {
            result.output.erase(0, result.output.size() - buffer.size());
        }
    }
    result.status = child.wait();
    return result;
}

}  // namespace ranvier
