// Few operations of the engine in many interleavings: readers meet no element
// that was given back, unless they skip rcu_read_lock().

#include <gtest/gtest.h>

#include <cstring>

#include "locks/platform/sim/explore/explore.h"
#include "locks/platform/sim/sim.h"
#include "locks/registry.h"
#include "storage/storage.h"

namespace lockgauge::storage {
namespace {

using sim::explore;
using C = Config<backend::rqspinlock<Sim>>;

// Who skips what a reader must not skip.
enum class Reader { kInSection, kOutside };

// Reads the owner's value while another thread deletes it.
void read_against_delete(sim::Machine& machine, Reader reader) {
  auto& type = machine.make<StorageType<C>>();
  auto& smap = machine.make<Smap<C>>(type, sizeof(std::uint64_t), 2);
  auto& owner = machine.make<Owner<C>>(type);
  machine.spawn(0, [&] {
    const Sim::Thread self;
    const RcuReadSection<Sim> section;
    const std::uint64_t value = 7;
    sim::require(
        syscall::update(owner, smap, &value, Flag::kAny) == Result::kOk,
        "nobody else is here");
  });
  machine.run();
  Selem<C>& selem = *Selem<C>::of_snode(
      owner.storage.load(std::memory_order_relaxed)->list.front());
  machine.name(selem, "element");
  machine.name(*owner.storage.load(std::memory_order_relaxed), "storage");
  machine.name(owner, "owner");
  machine.spawn(0, [&] {
    const Sim::Thread self;
    if (reader == Reader::kInSection) Sim::rcu_read_lock();
    if (Sdata<C>* const sdata = lookup(owner, smap, CacheInsert::kNo)) {
      std::uint64_t value;
      std::memcpy(&value, sdata->value(), sizeof(value));
      sim::require(value == 7, "what was put there");
    }
    if (reader == Reader::kInSection) Sim::rcu_read_unlock();
  });
  machine.spawn(1, [&] {
    const Sim::Thread self;
    const RcuReadSection<Sim> section;
    sim::require(syscall::remove(owner, smap) == Result::kOk, "it is there");
  });
  machine.run();
}

sim::Exploration explore_reader(Reader reader, std::uint32_t preemptions) {
  sim::Exhaustive strategy(preemptions);
  return explore(sim::from_shape({.cores_per_llc = 2}), strategy,
                 [reader](sim::Machine& machine) {
                   read_against_delete(machine, reader);
                 });
}

TEST(Explored, ReadersInASectionMeetNothingReclaimed) {
  const sim::Exploration result = explore_reader(Reader::kInSection, 1);
  EXPECT_TRUE(result.exhausted);
  EXPECT_FALSE(result.failure) << result.failure->what << '\n'
                               << result.failure->interleaving;
}

TEST(Explored, AReaderThatSkipsTheSectionIsCaught) {
  const sim::Exploration result = explore_reader(Reader::kOutside, 2);
  ASSERT_TRUE(result.failure);
  const std::string& what = result.failure->what;
  EXPECT_NE(what.find("reclaim"), what.npos) << what;
  EXPECT_NE(what.find("frees element"), what.npos) << what;
  sim::Replay replay(result.failure->schedule);
  const sim::Exploration again = explore(
      sim::from_shape({.cores_per_llc = 2}), replay, [](sim::Machine& machine) {
        read_against_delete(machine, Reader::kOutside);
      });
  ASSERT_TRUE(again.failure);
  EXPECT_EQ(again.failure->what, what);
}

}  // namespace
}  // namespace lockgauge::storage
