// What becomes of locks when the thread that holds or awaits one loses its CPU:
// in the kernel it cannot, in user space it can.

#include <gtest/gtest.h>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/percpu_busy.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"
#include "locks/qspinlock.h"
#include "locks/rqspinlock.h"

namespace lockgauge::sim {
namespace {

Description with(Preemption preemption, std::uint32_t cores) {
  Description description = one_llc(cores);
  description.scheduling.preemption = preemption;
  return description;
}

// When a thread gets the CPU for the first time that shares it with one that
// computes for 25 us with preemption off, twice, on slices of 10 us.
std::uint64_t waits_ns(Preemption preemption) {
  Machine machine(with(preemption, 1), 1);
  std::uint64_t begins_ns = 0;
  machine.spawn(0, [&] {
    Sim::preempt_disable();
    Sim::preempt_disable();
    machine.work_ns(25'000);
    Sim::preempt_enable();
    machine.work_ns(2'000);
    Sim::preempt_enable();
    machine.work_ns(25'000);
  });
  machine.spawn(0, [&] { begins_ns = machine.task().time / kPsPerNs; });
  machine.run();
  return begins_ns;
}

TEST(Preemption, OffMeansUntilTheOutermostEnable) {
  EXPECT_EQ(waits_ns(Preemption::kKernel), 27'000u + 1'000);
}
TEST(Preemption, IsNeverOffInUserSpace) {
  EXPECT_EQ(waits_ns(Preemption::kUser), 10'000u + 1'000);
}

// Sections of 200 ns that threads, two on each of four CPUs, complete in 20 ms,
// on slices of 100 us.
template <class B>
std::uint64_t sections(Preemption preemption) {
  Description description = with(preemption, 4);
  description.scheduling.time_slice_ns = 100'000;
  Machine machine(description, 1);
  auto& lock = machine.make<Padded<typename B::Lock>>().value;
  std::uint64_t sections = 0;
  for (std::uint32_t i = 0; i < 8; ++i) {
    machine.spawn(i % 4, [&] {
      const Sim::Thread self;
      for (;;) {
        EXPECT_EQ(acquire<B>(lock), Result::kOk);
        machine.work_ns(200);
        ++sections;
        release<B>(lock);
        machine.work_ns(100);
      }
    });
  }
  machine.run(20'000'000);
  return sections;
}

// A queue hands over to whoever is next, also to one that is not running; all
// others then wait for its turn to come.
TEST(Preemption, OfWaitersBringsAQueueDown) {
  const auto kernel = sections<backend::qspinlock<Sim>>(Preemption::kKernel);
  const auto user = sections<backend::qspinlock<Sim>>(Preemption::kUser);
  EXPECT_GT(kernel, 40'000u);
  EXPECT_LT(user, kernel / 10) << kernel;
  EXPECT_GT(user, 100u);
}

TEST(Preemption, NeverFailsResilientLocksInTheKernel) {
  // sections() expects that each attempt succeeds.
  EXPECT_GT(sections<backend::rqspinlock<Sim>>(Preemption::kKernel), 40'000u);
}

struct Attempts {
  std::uint64_t refused = 0;
  std::uint64_t failed = 0;
};

// Operations behind a backend's gate by threads of one CPU. None ever enters
// twice: what is refused is refused spuriously.
template <class B>
Attempts attempts(Preemption preemption, int threads) {
  Machine machine(with(preemption, 1), 1);
  auto& lock = machine.make<Padded<typename B::Lock>>().value;
  auto& gate = machine.make<typename B::Gate>();
  Attempts attempts;
  for (int thread = 0; thread < threads; ++thread) {
    machine.spawn(0, [&] {
      const Sim::Thread self;
      for (int round = 0; round < 2'000; ++round) {
        typename B::Gate::Pass pass;
        if (!gate.try_enter(pass)) {
          ++attempts.refused;
          machine.work_ns(100);
          continue;
        }
        machine.work_ns(100);
        if (acquire<B>(lock) == Result::kOk) {
          machine.work_ns(200);
          release<B>(lock);
        } else {
          ++attempts.failed;
        }
        gate.leave(pass);
        machine.work_ns(50);
      }
    });
  }
  machine.run();
  return attempts;
}

TEST(Preemption, OfAThreadInsideTheGateRefusesTheOthersOfItsCpu) {
  using B = backend::percpu_busy<Sim>;
  for (const Preemption preemption : {Preemption::kKernel, Preemption::kUser}) {
    EXPECT_GT(attempts<B>(preemption, 2).refused, 100u);
    EXPECT_EQ(attempts<B>(preemption, 1).refused, 0u);
  }
}

TEST(Preemption, RefusesNobodyWithoutAGate) {
  using B = backend::rqspinlock<Sim>;
  const Attempts all = attempts<B>(Preemption::kKernel, 2);
  EXPECT_EQ(all.refused, 0u);
  EXPECT_EQ(all.failed, 0u);
}

}  // namespace
}  // namespace lockgauge::sim
