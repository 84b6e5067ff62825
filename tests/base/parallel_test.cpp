#include "ranvier/base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <stdexcept>
#include <vector>

namespace ranvier {

TEST(ParallelFor, calls_each_piece_once_on_any_number_of_threads) {
    for (int n : {1, 2, 8}) {
        const ThreadLimit limit(n);
        EXPECT_EQ(threads(), n);
        std::vector<std::atomic<int>> calls(1000);
        parallel_for(1000, [&](index i) { ++calls[i]; });
        for (const auto& count : calls) {
            EXPECT_EQ(count, 1);
        }
    }
}

TEST(ParallelFor, of_nothing_does_nothing) {
    parallel_for(0, [](index) { FAIL(); });
}

TEST(ParallelFor, hands_the_exception_of_a_piece_to_the_caller) {
    for (int n : {1, 4}) {
        const ThreadLimit limit(n);
        EXPECT_THROW(parallel_for(100, [](index i) { require(i != 57, "piece 57"); }), InvalidInput);
    }
}

TEST(ParallelFor, inside_a_piece_runs_on_one_thread) {
    const ThreadLimit limit(4);
    std::atomic<int> most{0};
    parallel_for(8, [&](index) {
        int seen = most;
        while (seen < threads() && !most.compare_exchange_weak(seen, threads())) {
        }
    });
    EXPECT_EQ(most, 1);
}

TEST(ParallelFor, flushes_denormals_in_every_piece) {
    for (int n : {1, 4}) {
        const ThreadLimit limit(n);
        std::atomic<int> flushed{0};
        parallel_for(16, [&](index) {
            volatile double tiny = std::numeric_limits<double>::min();
            const double half = tiny / 2;
            flushed += half == 0;
        });
        EXPECT_EQ(flushed, 16);
    }
}

TEST(ParallelFor, stops_once_when_an_interrupt_is_requested) {
    const ThreadLimit limit(1);
    int done = 0;
    EXPECT_THROW(parallel_for(100,
                              [&](index i) {
                                  ++done;
                                  if (i == 4) {
                                      request_interrupt();
                                  }
                              }),
                 Interrupted);
    EXPECT_EQ(done, 5);
    parallel_for(3, [&](index) { ++done; });
    EXPECT_EQ(done, 8);
}

TEST(ParallelFor, stops_long_pieces_on_all_threads_when_an_interrupt_is_requested) {
    const ThreadLimit limit(4);
    std::atomic<int> running{0};
    EXPECT_THROW(parallel_for(4,
                              [&](index) {
                                  if (++running == 1) {
                                      request_interrupt();
                                  }
                                  for (;;) {  // nothing else ends a piece
                                      check_interrupt();
                                  }
                              }),
                 Interrupted);
    EXPECT_NO_THROW(check_interrupt());
}

TEST(ThreadLimit, holds_for_its_lifetime_only) {
    const int before = threads();
    {
        const ThreadLimit three(3);
        const ThreadLimit unchanged(0);
        EXPECT_EQ(threads(), 3);
    }
    EXPECT_EQ(threads(), before);
}

}  // namespace ranvier
