#include "workloads/measure/preemption_watch.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace lockgauge::measure {
namespace {

TEST(PreemptionWatch, SeesTheCpuGo) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  ASSERT_EQ(sched_setaffinity(0, sizeof(here), &here), 0);
  std::atomic<bool> over{false};
  std::thread other([&over] {  // on the same CPU
    while (!over.load(std::memory_order_relaxed)) {
    }
  });
  PreemptionWatch watch;
  watch.begin();
  while (!watch.preempted()) {
  }
  over.store(true, std::memory_order_relaxed);
  other.join();
  sched_setaffinity(0, sizeof(before), &before);
}

TEST(PreemptionWatch, SeesASignalAndNothingWhereNothingWas) {
  std::signal(SIGUSR1, [](int) {});
  PreemptionWatch watch;
  bool undisturbed = false;  // even a busy machine lets it be once
  for (int i = 0; i < 1000; ++i) {
    watch.begin();
    undisturbed = undisturbed || !watch.preempted();
  }
  EXPECT_TRUE(undisturbed);
  watch.begin();
  std::raise(SIGUSR1);
  EXPECT_TRUE(watch.preempted());
  std::signal(SIGUSR1, SIG_DFL);
}

}  // namespace
}  // namespace lockgauge::measure
