// How often lines move for one acquisition: what tells a lock that scales from
// one that does not, exactly and without a clock.

#include <gtest/gtest.h>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"
#include "locks/qspinlock.h"
#include "locks/raw_spin.h"
#include "locks/rqspinlock.h"

namespace lockgauge::sim {
namespace {

constexpr std::uint64_t kHold_ns = 200;

// Lines that move in 1024 acquisitions by n CPUs that want nothing but the
// lock, once they all do.
template <class B>
std::uint64_t transfers(std::uint32_t n) {
  constexpr std::uint64_t kFirst = 1024;
  constexpr std::uint64_t kLast = 2 * kFirst;
  Machine machine(one_llc(n), 1);
  auto& lock = machine.make<Padded<typename B::Lock>>().value;
  std::uint64_t acquisitions = 0;
  std::uint64_t at_first = 0;
  std::uint64_t at_last = 0;
  for (std::uint32_t cpu = 0; cpu < n; ++cpu) {
    machine.spawn(cpu, [&] {
      const Sim::Thread self;
      while (acquisitions < kLast) {
        EXPECT_EQ(acquire<B>(lock), Result::kOk);
        ++acquisitions;
        const auto now = machine.statistics().lines.all_transfers();
        if (acquisitions == kFirst) at_first = now;
        if (acquisitions == kLast) at_last = now;
        machine.work_ns(kHold_ns);
        release<B>(lock);
      }
    });
  }
  machine.run();
  return at_last - at_first;
}

template <class B>
class Queued : public testing::Test {};
using QueuedLocks =
    testing::Types<backend::qspinlock<Sim>, backend::rqspinlock<Sim>>;
TYPED_TEST_SUITE(Queued, QueuedLocks);

// Nine for each acquisition, however many wait. Of the lock's line, which owner
// and head of the queue both read:
//   1  unlock: the owner takes it (and queues again while it has it)
//   2  the head reads it: free
//   3  the head claims the lock
//   4  the next head reads it: locked
// and of the line that a waiter's node is on:
//   5  the waiter takes it, for the level count beside the node
//   6  the one behind takes it, to link itself
//   7  the waiter, which waits for another word of that line, reads it
//   8  the one before takes it, to tell the waiter that it is the head
//   9  the waiter reads it
TYPED_TEST(Queued, TransfersDoNotDependOnTheNumberOfWaiters) {
  for (const std::uint32_t n : {4, 16, 64, 256}) {
    EXPECT_EQ(transfers<TypeParam>(n), 1024u * 9) << n << " CPUs";
  }
}

// One for each CPU: the owner takes the line to unlock, each of the others
// reads it, and the first of them takes it to lock.
TEST(RawSpin, TransfersGrowWithTheNumberOfWaiters) {
  for (const std::uint32_t n : {4, 16, 64, 256}) {
    EXPECT_EQ(transfers<backend::raw_spin<Sim>>(n), 1024u * n) << n << " CPUs";
  }
}

}  // namespace
}  // namespace lockgauge::sim
