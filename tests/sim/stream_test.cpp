// What monitors stream is what they record, whatever happens in between.
#include "ranvier/sim/monitors/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/system_error.hpp"
#include "ranvier/sim/monitors/monitors.hpp"
#include "ranvier/sim/network/network.hpp"

namespace ranvier::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<std::string_view, 2> methods{"exact", "euler"};

class Streams : public testing::Test {
protected:
    void SetUp() override {
        folder = std::filesystem::temp_directory_path() /
                 ("ranvier-stream-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    StreamTo to(const std::string& name, std::map<std::string, std::string> types = {}) const {
        return {folder / name, std::move(types)};
    }
    std::filesystem::path folder;
};

/// Neurons that spike, and monitors of them.
struct Watched {
    std::shared_ptr<Clock> clock = std::make_shared<Clock>("clock", 1e-4);
    std::shared_ptr<NeuronGroup> group;
    Network network;

    explicit Watched(index n = 3) {
        language::Parts parts;
        parts.equations = "dv/dt = (2 - v + 0.1*i)/(10*ms) : 1\nk : integer";
        parts.threshold = "v > 1";
        parts.reset = "v = 0; k += 1";
        group = std::make_shared<NeuronGroup>("group", n, clock, parts);
        group->prepare({}, "", methods);
        network.operations = group->operations();
    }
    template <class Monitor>
    Monitor& add(Monitor& monitor) {
        if constexpr (requires { monitor.prepare({}); }) {
            monitor.prepare({});
        }
        for (const auto& operation : monitor.operations()) {
            network.operations.push_back(operation);
        }
        return monitor;
    }
    void run(double duration) {
        Network::RunOptions options;
        options.duration = duration;
        network.run(options);
    }
};

template <class T>
std::vector<T> streamed(Stream& stream, const std::string& name) {
    const auto values = stream.read(name);
    return {values.as<T>().begin(), values.as<T>().end()};
}

/// A file may grow to so many bytes only, while this lives: a disk that is full.
struct SmallDisk {
    explicit SmallDisk(rlim_t bytes) : handler(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit small = before;
        small.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallDisk() {
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
    }
    rlimit before{};
    void (*handler)(int);
};

TEST_F(Streams, hold_what_is_recorded_in_memory) {
    for (const double duration : {0.03, 2.5}) {  // step by step, and many at a time
        const std::string run = duration < 1 ? "short" : "long";
        Watched watched;
        StateMonitor trace("trace", watched.group, {"v", "k"}, {2, 0}, watched.clock, "start", 0);
        StateMonitor trace_to("trace_to", watched.group, {"v", "k"}, {2, 0}, watched.clock, "start", 0,
                              to(run + "trace"));
        EventMonitor spikes("spikes", watched.group, "spike", {}, true, watched.clock, "thresholds", 1);
        EventMonitor spikes_to("spikes_to", watched.group, "spike", {}, true, watched.clock, "thresholds", 1,
                               to(run + "spikes"));
        RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0);
        RateMonitor rate_to("rate_to", watched.group, "spike", watched.clock, "end", 0, to(run + "rate"));
        watched.add(trace), watched.add(trace_to), watched.add(spikes), watched.add(spikes_to), watched.add(rate);
        watched.add(rate_to);
        watched.run(duration);
        watched.run(0.01);
        EXPECT_EQ(streamed<double>(*trace_to.stream(), "t"), trace.t().all());
        EXPECT_EQ(streamed<double>(*trace_to.stream(), "v"), trace.series()[0].values.all());
        EXPECT_THAT(trace_to.stream()->read("v").shape, ElementsAre(std::ssize(trace.t().all()), 2));
        const auto k = streamed<std::int64_t>(*trace_to.stream(), "k");
        EXPECT_EQ(std::vector<double>(k.begin(), k.end()), trace.series()[1].values.all());
        EXPECT_GT(spikes.events(), 5);
        EXPECT_EQ(streamed<std::int32_t>(*spikes_to.stream(), "i"), spikes.i().all());
        EXPECT_EQ(streamed<double>(*spikes_to.stream(), "t"), spikes.t().all());
        EXPECT_EQ(spikes_to.count(), spikes.count());
        EXPECT_EQ(streamed<double>(*rate_to.stream(), "rate"), rate.rate().all());
        EXPECT_EQ(streamed<double>(*rate_to.stream(), "t"), rate.t().all());
    }
}

TEST_F(Streams, keep_values_at_events_and_types_that_are_asked_for) {
    Watched watched;
    EventMonitor spikes("spikes", watched.group, "spike", {"v", "k"}, false, watched.clock, "thresholds", 1,
                        to("spikes"));
    StateMonitor trace("trace", watched.group, {"v", "k"}, {1}, watched.clock, "start", 0,
                       to("trace", {{"v", "<f4"}, {"k", "|u1"}}));
    StateMonitor whole("whole", watched.group, {"v", "k"}, {1}, watched.clock, "start", 0);
    watched.add(spikes), watched.add(trace), watched.add(whole);
    watched.run(0.05);
    EXPECT_EQ(std::ssize(streamed<double>(*spikes.stream(), "v")), spikes.events());
    EXPECT_GT(streamed<double>(*spikes.stream(), "v").front(), 1);
    const auto v = streamed<float>(*trace.stream(), "v");
    ASSERT_EQ(v.size(), whole.t().all().size());
    for (std::size_t step = 0; step < v.size(); ++step) {
        EXPECT_EQ(v[step], static_cast<float>(whole.series()[0].values.all()[step]));
    }
    EXPECT_EQ(streamed<std::uint8_t>(*trace.stream(), "k").back(), whole.series()[1].values.all().back());
}

TEST_F(Streams, of_nothing_are_refused) {
    const Watched watched;
    EXPECT_THROW(EventMonitor("m", watched.group, "spike", {}, false, watched.clock, "end", 0, to("a")), InvalidInput);
    EXPECT_THROW(StateMonitor("m", watched.group, {"t"}, {0}, watched.clock, "end", 0, to("a")), InvalidInput);
    EXPECT_THROW(StateMonitor("m", watched.group, {"v"}, {0}, watched.clock, "end", 0, to("a", {{"w", "<f8"}})),
                 InvalidInput);
    EXPECT_THROW(StateMonitor("m", watched.group, {"v"}, {0}, watched.clock, "end", 0, to("a", {{"v", "<f2"}})),
                 NotYet);
    EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(Streams, write_what_waits_when_they_go) {
    Watched watched;
    {
        RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0, to("rate"));
        watched.add(rate);
        watched.run(0.001);
        rate.operations()[0]->run();
        EXPECT_EQ(rate.stream()->rows(), 11);
        EXPECT_EQ(NpyFile::open(folder / "rate/rate.npy", "<f8", {})->rows(), 10);
    }
    EXPECT_EQ(NpyFile::open(folder / "rate/rate.npy", "<f8", {})->rows(), 11);
}

TEST_F(Streams, refuse_what_is_there_before_anything_runs_and_leave_no_trace) {
    std::filesystem::create_directory(folder / "taken");
    std::ofstream(folder / "taken/v.npy") << "mine";
    Watched watched;
    RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0, to("rate"));
    StateMonitor trace("trace", watched.group, {"v"}, {0}, watched.clock, "start", 0, to("taken"));
    watched.add(rate), watched.add(trace);
    try {
        watched.run(0.01);
        ADD_FAILURE();
    } catch (const SystemError& error) {
        EXPECT_EQ(error.number(), EEXIST);
        EXPECT_EQ(error.path(), folder / "taken/v.npy");
        EXPECT_THAT(error.what(), HasSubstr("nothing is overwritten"));
    }
    EXPECT_EQ(watched.network.t(), 0);
    EXPECT_EQ(watched.clock->timestep(), 0);
    EXPECT_EQ(file_text(folder / "taken/v.npy"), "mine");
    EXPECT_FALSE(std::filesystem::exists(folder / "rate"));
    std::filesystem::remove(folder / "taken/v.npy");
    watched.run(0.01);
    EXPECT_EQ(trace.stream()->rows(), 100);
    EXPECT_EQ(rate.stream()->rows(), 100);
}

TEST_F(Streams, say_what_the_system_refuses) {
    const auto told = [&](const std::filesystem::path& where, int number) {
        Watched watched;
        RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0, {where, {}});
        watched.add(rate);
        try {
            watched.run(0.01);
        } catch (const SystemError& error) {
            EXPECT_EQ(error.number(), number);
            return std::string(error.what());
        }
        ADD_FAILURE();
        return std::string();
    };
    EXPECT_THAT(told(folder / "a/b", ENOENT),
                HasSubstr("there is no folder " + (folder / "a").string() + "; make that first"));
    std::ofstream(folder / "file") << "mine";
    EXPECT_THAT(told(folder / "file", ENOTDIR), HasSubstr((folder / "file").string()));
    std::filesystem::create_directory(folder / "own");
    {
        const SmallDisk full(100);
        EXPECT_THAT(told(folder / "own", EFBIG), HasSubstr((folder / "own").string()));
        EXPECT_THAT(told(folder / "new", EFBIG), HasSubstr((folder / "new").string()));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder / "own"));
    EXPECT_FALSE(std::filesystem::exists(folder / "new"));
}

TEST_F(Streams, on_a_full_disk_end_the_run_between_steps_and_go_on_when_there_is_room) {
    Watched watched(100);
    std::vector<std::int32_t> all(100);
    std::iota(all.begin(), all.end(), 0);
    StateMonitor trace("trace", watched.group, {"v"}, all, watched.clock, "end", 0, to("trace"));
    StateMonitor whole("whole", watched.group, {"v"}, all, watched.clock, "end", 0);
    RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0, to("rate"));
    watched.add(trace), watched.add(whole), watched.add(rate);
    {
        const SmallDisk full(3'000'000);
        try {
            watched.run(1.0);
            ADD_FAILURE();
        } catch (const SystemError& error) {
            EXPECT_EQ(error.number(), EFBIG);
            EXPECT_EQ(error.path(), folder / "trace/v.npy");
        }
        const auto steps = watched.clock->timestep();
        EXPECT_GT(steps, 2500);
        EXPECT_LT(steps, 5200);
        EXPECT_EQ(trace.stream()->rows(), steps);  // none is lost, and what the file tells of is there
        const auto there = NpyFile::open(folder / "trace/v.npy", "<f8", {100})->rows();
        EXPECT_GT(there, 2500);
        EXPECT_LT(there, steps);
        EXPECT_EQ(NpyFile::open(folder / "trace/t.npy", "<f8", {})->rows(), there);
        EXPECT_EQ(NpyFile::open(folder / "rate/t.npy", "<f8", {})->rows(), steps);
        EXPECT_THROW(trace.stream()->read("v"), FileError);
    }
    watched.run(1.0 - watched.network.t());
    EXPECT_EQ(watched.clock->timestep(), 10'000);
    EXPECT_EQ(streamed<double>(*trace.stream(), "v"), whole.series()[0].values.all());
    EXPECT_EQ(streamed<double>(*trace.stream(), "t"), whole.t().all());
    EXPECT_EQ(rate.stream()->rows(), 10'000);
}

TEST_F(Streams, that_can_t_write_their_last_rows_warn_when_they_go) {
    std::vector<std::string> told;
    const auto before = set_log_sink([&](LogLevel, const std::string& message) { told.push_back(message); });
    {
        const SmallDisk full(500);
        Watched watched;
        RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0, to("rate"));
        watched.add(rate);
        EXPECT_THROW(watched.run(0.01), SystemError);
    }
    set_log_sink(before);
    ASSERT_EQ(told.size(), 1);
    EXPECT_THAT(told[0], HasSubstr("the last 100 rows that were recorded are lost"));
}

TEST_F(Streams, are_cut_back_and_leave_to_others_what_they_see) {
    Watched watched;
    EventMonitor spikes("spikes", watched.group, "spike", {}, true, watched.clock, "thresholds", 1, to("spikes"));
    watched.add(spikes);
    const auto beginning = spikes.state();
    watched.run(0.05);
    const auto middle = spikes.state();
    const auto first = streamed<double>(*spikes.stream(), "t");
    watched.run(0.05);
    const auto later = spikes.state();
    const Streamed seen = spikes.stream()->read("t");
    const std::vector<double> all(seen.as<double>().begin(), seen.as<double>().end());
    spikes.set_state(middle);
    EXPECT_EQ(spikes.count(), middle.count);
    EXPECT_EQ(streamed<double>(*spikes.stream(), "t"), first);
    watched.run(0.05);
    EXPECT_EQ(std::vector(seen.as<double>().begin(), seen.as<double>().end()), all);
    // What was kept before the cut and lay behind it is gone: other rows are there now.
    try {
        spikes.set_state(later);
        ADD_FAILURE();
    } catch (const FileError& error) {
        EXPECT_THAT(error.what(), HasSubstr("was cut back to"));
    }
    EXPECT_GT(spikes.stream()->rows(), std::ssize(first));
    spikes.set_state(middle);
    spikes.set_state(beginning);
    EXPECT_EQ(spikes.stream()->rows(), 0);
    EXPECT_EQ(spikes.events(), 0);
    EXPECT_THROW(spikes.set_state(middle), FileError);
}

TEST_F(Streams, go_on_with_the_files_of_a_process_that_is_gone) {
    StreamMark mark;
    std::vector<double> first;
    {
        Watched watched;
        RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0, to("rate"));
        watched.add(rate);
        watched.run(0.03);
        mark = rate.stream()->mark();
        first = streamed<double>(*rate.stream(), "rate");
        watched.run(0.02);
        RateMonitor other("other", watched.group, "spike", watched.clock, "end", 0, to("rate"));
        try {
            other.stream()->go_back_to(mark);
            ADD_FAILURE();
        } catch (const SystemError& error) {
            EXPECT_EQ(error.number(), EBUSY);
        }
    }
    Watched watched;
    RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0, to("rate"));
    watched.add(rate);
    EXPECT_THROW(watched.run(0.01), FileError);
    StreamMark wrong = mark;
    wrong.rows = 1000;
    EXPECT_THROW(rate.stream()->go_back_to(wrong), FileError);
    wrong = mark;
    wrong.id = "other";
    EXPECT_THROW(rate.stream()->go_back_to(wrong), FileError);
    wrong.rows = 0;
    EXPECT_THROW(rate.stream()->go_back_to(wrong), FileError);
    EXPECT_THROW(watched.run(0.01), FileError);  // still none of its own
    EXPECT_EQ(NpyFile::open(folder / "rate/rate.npy", "<f8", {})->rows(), 500);
    rate.stream()->go_back_to(mark);
    EXPECT_EQ(streamed<double>(*rate.stream(), "rate"), first);
    watched.run(0.01);
    EXPECT_EQ(rate.stream()->rows(), 400);
    EXPECT_EQ(rate.stream()->mark().cuts, 1);
    RateMonitor elsewhere("rate", watched.group, "spike", watched.clock, "end", 0, to("elsewhere"));
    try {
        elsewhere.stream()->go_back_to(mark);
        ADD_FAILURE();
    } catch (const SystemError& error) {
        EXPECT_THAT(error.what(),
                    HasSubstr("holds none of the 300 rows that had been streamed to " + mark.folder.string()));
    }
}

TEST_F(Streams, know_after_many_cuts_which_rows_are_still_those_of_a_mark) {
    auto owner = StreamFolder::claim(folder / "a", "id");
    const auto holds = [&](std::int64_t cuts, std::int64_t rows) {
        try {
            owner->check({"id", cuts, rows, folder}, 1'000'000);
            return true;
        } catch (const FileError&) {
            return false;
        }
    };
    for (const std::int64_t rows : {500, 900, 300, 700, 700, 400}) {  // cuts 1 to 6
        owner->cut(rows);
    }
    for (int again = 0; again < 2; ++again) {
        // The least that any later cut has left.
        const std::int64_t left[] = {300, 300, 300, 400, 400, 400};
        for (std::int64_t cuts = 0; cuts < 6; ++cuts) {
            EXPECT_TRUE(holds(cuts, left[cuts])) << cuts;
            EXPECT_FALSE(holds(cuts, left[cuts] + 1)) << cuts;
        }
        EXPECT_TRUE(holds(6, 1000));
        EXPECT_FALSE(holds(7, 0));
        owner.reset();
        owner = StreamFolder::take_over(folder / "a");
    }
    owner.reset();
    std::ofstream(folder / "a/stream.txt") << "something else";
    EXPECT_THROW(StreamFolder::take_over(folder / "a"), FileError);
}

TEST_F(Streams, are_not_written_by_a_forked_child) {
    Watched watched;
    RateMonitor rate("rate", watched.group, "spike", watched.clock, "end", 0, to("rate"));
    watched.add(rate);
    watched.run(0.001);
    rate.operations()[0]->run();
    const pid_t child = fork();
    if (child == 0) {
        try {
            rate.stream()->write(true);
        } catch (const FileError&) {
            _exit(7);
        }
        _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 7);
    watched.run(0.001);
    EXPECT_EQ(NpyFile::open(folder / "rate/rate.npy", "<f8", {})->rows(), 21);
}

}  // namespace
}  // namespace ranvier::sim
