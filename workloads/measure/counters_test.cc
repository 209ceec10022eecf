#include "workloads/measure/counters.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "workloads/machine/usage_error.h"
#include "workloads/measure/counters_probe.h"
#include "workloads/measure/usage.h"

namespace lockgauge::measure {
namespace {

constexpr std::size_t kPages = 64;

// Every page of fresh memory faults once.
void fault_pages() {
  const auto page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t bytes = kPages * page_bytes;
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  madvise(pages, bytes, MADV_NOHUGEPAGE);
  for (std::size_t i = 0; i < kPages; ++i) {
    static_cast<volatile char*>(pages)[i * page_bytes] = 1;
  }
  munmap(pages, bytes);
}

long faults_by_getrusage() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

Reading count(const std::string& event, const std::function<void()>& work) {
  CounterGroup group({event});
  group.start();
  work();
  group.stop();
  return group.read().at(0);
}

class CountersTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!kernel_counts_events()) GTEST_SKIP() << "no perf events here";
  }
};

TEST_F(CountersTest, CountFromStartToStop) {
  CounterGroup group({"perf::PAGE-FAULTS"});
  fault_pages();
  const long before = faults_by_getrusage();
  group.start();
  fault_pages();
  group.stop();
  const long after = faults_by_getrusage();
  fault_pages();
  const Reading reading = group.read().at(0);
  EXPECT_GE(reading.value, kPages);
  EXPECT_LT(reading.value, after - before + static_cast<long>(kPages));
  EXPECT_EQ(reading.running_ratio, 1.0);
}

TEST_F(CountersTest, StartForgetsTheIntervalBefore) {
  CounterGroup group({"perf::PAGE-FAULTS"});
  group.start();
  fault_pages();
  group.stop();
  group.start();
  group.stop();
  EXPECT_LT(group.read().at(0).value, kPages);
}

TEST_F(CountersTest, NeverStartedIsEmptyNotZero) {
  CounterGroup group({"perf::PAGE-FAULTS"});
  const Reading reading = group.read().at(0);
  EXPECT_FALSE(reading.value);
  EXPECT_EQ(reading.status, "never started");
}

TEST_F(CountersTest, LeaveOutOtherThreads) {
  constexpr int kTimes = 20;  // far more than starting a thread faults itself
  const Reading reading = count("perf::PAGE-FAULTS", [] {
    std::thread([] {
      for (int i = 0; i < kTimes; ++i) fault_pages();
    }).join();
  });
  EXPECT_LT(reading.value, kTimes * kPages);
}

TEST_F(CountersTest, TaskClockIsInNanoseconds) {
  std::uint64_t burnt_ns = 0;
  const Reading reading = count("perf::TASK-CLOCK", [&] {
    const Usage begin = thread_usage();
    while (burnt_ns < 5'000'000) {
      burnt_ns = (thread_usage() - begin).cpu_time_ns;
    }
  });
  EXPECT_GT(reading.value, 0.9 * static_cast<double>(burnt_ns));
}

TEST_F(CountersTest, ContextSwitchesAgreeWithGetrusage) {
  const Usage begin = thread_usage();
  const Reading reading = count("perf::CONTEXT-SWITCHES", [] {
    const timespec shortest{0, 1};
    for (int i = 0; i < 100; ++i) nanosleep(&shortest, nullptr);
  });
  const Usage used = thread_usage() - begin;
  if (!reading.value) GTEST_SKIP() << reading.status;
  EXPECT_GE(reading.value, 1);
  EXPECT_LE(reading.value, used.voluntary_switches + used.involuntary_switches);
}

TEST_F(CountersTest, DegradeOneByOneInTheOrderOfTheNames) {
  CounterGroup group({"perf::NO-SUCH-EVENT", "perf::PAGE-FAULTS",
                      "no_such_pmu::CYCLES", "perf::TASK-CLOCK"});
  group.start();
  fault_pages();
  group.stop();
  const auto readings = group.read();
  ASSERT_EQ(readings.size(), 4u);
  EXPECT_FALSE(readings[0].value);
  EXPECT_EQ(readings[0].status, "event not found");
  EXPECT_EQ(readings[1].name, "perf::PAGE-FAULTS");
  EXPECT_GE(readings[1].value, kPages);
  EXPECT_FALSE(readings[2].value);
  EXPECT_EQ(readings[3].name, "perf::TASK-CLOCK");
  EXPECT_GT(readings[3].value, readings[1].value) << "a fault takes many ns";
}

TEST(Scale, TimeSharedCountsAreExtrapolated) {
  Reading reading;
  scale(/*count=*/300, /*enabled_ns=*/1000, /*running_ns=*/250, reading);
  EXPECT_EQ(reading.value, 1200);
  EXPECT_EQ(reading.running_ratio, 0.25);
}

TEST(Scale, NeverScheduledIsEmptyNotZero) {
  Reading reading;
  scale(/*count=*/0, /*enabled_ns=*/1000, /*running_ns=*/0, reading);
  EXPECT_FALSE(reading.value);
  EXPECT_FALSE(reading.running_ratio);
  EXPECT_EQ(reading.status, "never on the PMU: its counters are taken");
}

TEST(ValidateEvents, TakesTheSoftwareEvents) {
  EXPECT_NO_THROW(validate_events(software_events()));
}

TEST(ValidateEvents, NamesTheUnknownEventAndTheReason) {
  if (!kernel_has_perf_events()) GTEST_SKIP() << "libpfm knows no names here";
  try {
    validate_events({"perf::CYCLES", "perf::NO-SUCH-EVENT"});
    FAIL() << "no UsageError";
  } catch (const UsageError& error) {
    const std::string what = error.what();
    EXPECT_TRUE(what.starts_with(
        "counter event 'perf::NO-SUCH-EVENT': event not found; valid are "))
        << what;
  }
  EXPECT_THROW(validate_events({"perf::CYCLES:no-such-modifier"}), UsageError);
  EXPECT_THROW(validate_events({""}), UsageError);
}

// Its encoding would count something else here, so it must not be opened.
TEST(ValidateEvents, TakesForeignEventsWhichThenStayEmpty) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "libpfm4 knows the PMUs of one architecture only";
#endif
  if (!kernel_has_perf_events()) GTEST_SKIP() << "libpfm knows no names here";
  const std::string foreign = "amd64_k7::CPU_CLK_UNHALTED";
  EXPECT_NO_THROW(validate_events({foreign}));
  const Reading reading = count(foreign, [] {});
  EXPECT_FALSE(reading.value);
  EXPECT_EQ(reading.status, "this machine has no PMU 'amd64_k7'");
}

}  // namespace
}  // namespace lockgauge::measure
