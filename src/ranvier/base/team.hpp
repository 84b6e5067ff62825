#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ranvier/base/parallel.hpp"

namespace ranvier {

/// Threads that stay awake between short steps: for loops of a few microseconds each, many thousand times, where waking
/// threads for every loop would cost as much as the loop. A member that finds nothing to do spins for a while (about
/// 50 µs), then sleeps. Make it for one simulation, not for good: spinning members keep processors busy.
///
/// As with parallel_for, pieces do not depend on the number of threads, and each writes its own part.
class Team {
public:
    /// @param members  threads including the one that calls run(); 0: threads()
    explicit Team(int members = 0);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int members() const { return members_; }

    /// Calls body(i) once for each i in [0, count): piece i on member i mod members(), or on the caller where that
    /// member sleeps or another program holds its processor. Denormals are flushed inside. The first exception, by
    /// member, is thrown here once all are done. Must not be called from a body, nor by
    /// two threads at once.
    /// @cost  0.2–0.6 µs where members are awake: three times what a cache line takes from processor to processor
    void run(index count, FunctionRef<void(index)> body);

private:
    void end();
    bool take(int member, std::uint64_t round) noexcept;
    void serve(int member);
    void work(int member, const FunctionRef<void(index)>& body, index count) noexcept;

    /// What a round is, on one cache line: seeing the number is seeing the rest. (128: processors fetch lines in
    /// pairs.)
    struct alignas(128) Round {
        std::atomic<std::uint64_t> number{0};
        std::optional<FunctionRef<void(index)>> body;
        index count = 0;
    };
    /// The last rounds of which a member's share was taken, by it or by the caller, and was finished by it; far from
    /// the others, so that writing disturbs nobody.
    struct alignas(128) Share {
        std::atomic<std::uint64_t> taken{0}, finished{0};
    };

    int members_ = 1;
    int spins_ = 0;
    std::vector<std::exception_ptr> failures_;
    std::vector<Share> shares_;
    Round round_;
    alignas(128) std::atomic<int> sleeping_{0};
    std::atomic<bool> ending_{false};
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::thread> threads_;
};

}  // namespace ranvier
