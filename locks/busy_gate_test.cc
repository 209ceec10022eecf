#include "locks/busy_gate.h"

#include <gtest/gtest.h>

#include "locks/platform/host/host.h"

namespace lockgauge {
namespace {

// A CPU that the test chooses: what the gate sees when threads move or meet.
struct ChosenCpu : NativeHost {
  static inline std::uint32_t chosen = 0;
  static std::uint32_t cpu() { return chosen; }
  static std::uint32_t cpu_limit() { return 2; }
};
using Gate = BusyGate<ChosenCpu>;

TEST(BusyGate, RefusesTheSecondOnTheSameCpu) {
  Gate gate;
  Gate::Pass first;
  Gate::Pass second;
  ASSERT_TRUE(gate.try_enter(first));
  EXPECT_FALSE(gate.try_enter(second));
  gate.leave(first);
  // The refusal left the counter as it was.
  EXPECT_TRUE(gate.try_enter(second));
}

TEST(BusyGate, OtherCpusAreIndependent) {
  Gate gate;
  Gate::Pass first;
  Gate::Pass second;
  ChosenCpu::chosen = 0;
  ASSERT_TRUE(gate.try_enter(first));
  ChosenCpu::chosen = 1;
  EXPECT_TRUE(gate.try_enter(second));
  ChosenCpu::chosen = 0;
}

TEST(BusyGate, EnterIsNeverRefusedButMakesOthersFail) {
  Gate gate;
  Gate::Pass program;
  const Gate::Pass syscall = gate.enter();
  const Gate::Pass nested = gate.enter();
  EXPECT_FALSE(gate.try_enter(program));
  gate.leave(nested);
  EXPECT_FALSE(gate.try_enter(program));
  gate.leave(syscall);
  EXPECT_TRUE(gate.try_enter(program));
}

TEST(BusyGate, LeavesTheCpuItEntered) {
  Gate gate;
  Gate::Pass pass;
  ChosenCpu::chosen = 0;
  ASSERT_TRUE(gate.try_enter(pass));
  ChosenCpu::chosen = 1;
  gate.leave(pass);
  ChosenCpu::chosen = 0;
  EXPECT_TRUE(gate.try_enter(pass));
}

}  // namespace
}  // namespace lockgauge
