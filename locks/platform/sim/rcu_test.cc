#include "locks/platform/sim/rcu.h"

#include <gtest/gtest.h>

#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::sim {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

class Rcu : public testing::Test {
 protected:
  std::uint64_t now_ns() const { return machine_.task().time / kPsPerNs; }

  // A thread in a read section from `begin_ns` to `end_ns`.
  void spawn_reader(std::uint32_t cpu, std::uint64_t begin_ns,
                    std::uint64_t end_ns) {
    machine_.spawn(cpu, [=, this] {
      machine_.work_ns(begin_ns);
      Sim::rcu_read_lock();
      Sim::rcu_read_lock();
      machine_.work_ns(end_ns - begin_ns);
      Sim::rcu_read_unlock();
      Sim::rcu_read_unlock();
    });
  }

  Machine machine_{two_packages(), 1};
};

TEST_F(Rcu, GracePeriodWaitsForSectionsThatWereOpenAndNoOthers) {
  spawn_reader(0, 100, 5000);
  spawn_reader(1, 300, 7000);
  spawn_reader(2, 1500, 90'000);  // begins too late to count
  machine_.spawn(3, [&] {
    machine_.work_ns(1000);
    Sim::synchronize_rcu();
    EXPECT_EQ(now_ns(), 7000u);
  });
  machine_.run();
}

TEST_F(Rcu, WithoutReadersItIsOverAtOnce) {
  machine_.spawn(0, [&] {
    machine_.work_ns(1000);
    Sim::synchronize_rcu();
    EXPECT_EQ(now_ns(), 1000u);
  });
  machine_.run();
}

TEST_F(Rcu, CallbacksRunInOrderAndBarrierWaitsForThem) {
  struct Object : Sim::RcuHead {
    std::vector<int>* reclaimed;
    int number;
  };
  std::vector<int> reclaimed;
  Object objects[3] = {
      {{}, &reclaimed, 0}, {{}, &reclaimed, 1}, {{}, &reclaimed, 2}};
  const auto reclaim = [](Sim::RcuHead* head) {
    auto* const object = static_cast<Object*>(head);
    object->reclaimed->push_back(object->number);
  };
  spawn_reader(0, 0, 4000);
  machine_.spawn(1, [&] {
    machine_.work_ns(1000);
    for (Object& object : objects) {
      Sim::call_rcu(object, reclaim);
      EXPECT_TRUE(reclaimed.empty());
      machine_.work_ns(100);
    }
    Sim::rcu_barrier();
    EXPECT_EQ(reclaimed, (std::vector<int>{0, 1, 2}));
  });
  machine_.run();
}

// What a reader stored in its section is done before memory is reused, also
// where its line comes from far away.
TEST_F(Rcu, StoresOfReadersAreDoneBeforeReclaiming) {
  auto& word = machine_.make<Sim::Atomic<int>>(0);
  machine_.spawn(2, [&] { word.store(1, kRelaxed); });
  machine_.run();
  machine_.spawn(0, [&] {
    Sim::rcu_read_lock();
    machine_.work_ns(1000);
    word.store(2, kRelaxed);
    Sim::rcu_read_unlock();
  });
  machine_.spawn(3, [&] {
    machine_.work_ns(500);
    Sim::synchronize_rcu();
    EXPECT_EQ(word.load(kRelaxed), 2);
    EXPECT_GE(now_ns(), 1000u + 100);
  });
  machine_.run();
}

TEST_F(Rcu, WaitingInsideASectionIsADeadlock) {
  machine_.spawn(0, [&] {
    Sim::rcu_read_lock();
    Sim::synchronize_rcu();
  });
  EXPECT_THROW(machine_.run(), Deadlock);
}

}  // namespace
}  // namespace lockgauge::sim
