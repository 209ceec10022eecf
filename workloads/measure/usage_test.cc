#include "workloads/measure/usage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>

namespace lockgauge::measure {
namespace {

constexpr std::uint64_t kBurnt_ns = 5'000'000;

void burn_cpu_time() {
  const Usage begin = thread_usage();
  while ((thread_usage() - begin).cpu_time_ns < kBurnt_ns) {
  }
}

long status_of_this_thread(const std::string& key) {
  std::ifstream status("/proc/thread-self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":")) {
      return std::stol(line.substr(key.size() + 1));
    }
  }
  return -1;
}

// True once the kernel has put this thread to sleep.
bool is_asleep(pid_t thread) {
  std::ifstream stat("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string pid, command, state;
  stat >> pid >> command >> state;
  return state == "S";
}

TEST(Usage, CountsOnlyTheCallingThread) {
  const Usage begin = thread_usage();
  std::thread(burn_cpu_time).join();
  EXPECT_LT((thread_usage() - begin).cpu_time_ns, kBurnt_ns);
  burn_cpu_time();
  EXPECT_GE((thread_usage() - begin).cpu_time_ns, kBurnt_ns);
}

TEST(CpuClock, OthersReadItWhileTheThreadRuns) {
  const CpuClock own;
  std::uint64_t elsewhere_ns = 0;
  const std::uint64_t before_ns = thread_usage().cpu_time_ns;
  std::thread([&] {
    burn_cpu_time();
    elsewhere_ns = own.now_ns();
  }).join();
  EXPECT_GE(elsewhere_ns, before_ns);
  EXPECT_LT(elsewhere_ns - before_ns, kBurnt_ns);
}

TEST(Usage, WaitingIsAVoluntarySwitch) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const Usage begin = thread_usage();
  std::thread waker([&, sleeper = gettid()] {
    while (!is_asleep(sleeper)) std::this_thread::yield();
    EXPECT_EQ(write(pipe_ends[1], "x", 1), 1);
  });
  char byte = 0;
  EXPECT_EQ(read(pipe_ends[0], &byte, 1), 1);
  EXPECT_GE((thread_usage() - begin).voluntary_switches, 1);
  waker.join();
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST(Usage, AgreesWithProc) {
  const Usage before = thread_usage();
  const long voluntary = status_of_this_thread("voluntary_ctxt_switches");
  const long involuntary = status_of_this_thread("nonvoluntary_ctxt_switches");
  const Usage after = thread_usage();
  if (voluntary < 0) GTEST_SKIP() << "no /proc/thread-self/status";
  EXPECT_LE(before.voluntary_switches, voluntary);
  EXPECT_LE(voluntary, after.voluntary_switches);
  EXPECT_LE(before.involuntary_switches, involuntary);
  EXPECT_LE(involuntary, after.involuntary_switches);
}

}  // namespace
}  // namespace lockgauge::measure
