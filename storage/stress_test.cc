// Many threads on few owners and maps, with maps freed and owners destroyed
// under them: what AddressSanitizer and ThreadSanitizer are to judge, and what
// must be left at the end in any build: nothing.

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

#include "storage/storage.h"
#include "storage/test_types.h"

namespace lockgauge::storage {
namespace {

template <class C>
class Stress : public testing::Test {};
TYPED_TEST_SUITE(Stress, BackendConfigs::As<testing::Types>, ConfigName);

// The gate asks for pinned callers.
void pin_to_one_cpu(int nth) {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof(allowed), &allowed);
  int skip = nth % CPU_COUNT(&allowed);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || skip-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
    return;
  }
}

TYPED_TEST(Stress, NothingIsLeftBehind) {
  using C = TypeParam;
  using P = typename C::P;
  constexpr int kThreads = 4;
  constexpr int kRounds = 3000;
  const typename P::Thread self;
  StorageType<C> type;
  std::deque<Smap<C>> maps;
  for (int i = 0; i < 3; ++i) maps.emplace_back(type, 8);
  std::deque<Owner<C>> owners;
  for (int i = 0; i < 2; ++i) owners.emplace_back(type);
  std::atomic<std::uint64_t> unexpected{0};

  const auto use = [&](int thread) {
    pin_to_one_cpu(thread);
    const typename P::Thread registration;
    std::uint64_t random = 88172645463325252u + thread;
    for (int round = 0; round < kRounds; ++round) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      Owner<C>& owner = owners[random % owners.size()];
      Smap<C>& smap = maps[(random >> 8) % maps.size()];
      const RcuReadSection<P> section;
      Result result = Result::kOk;
      switch ((random >> 16) % 4) {
        case 0:
          result = program::get(owner, smap).result;
          break;
        case 1:
          result = program::get_or_create(owner, smap, &random).result;
          break;
        case 2:
          result = syscall::update(owner, smap, &random, Flag::kAny);
          break;
        default:
          result = program::remove(owner, smap);
      }
      const bool expected = result == Result::kOk || result == Result::kNoEnt ||
                            result == Result::kAgain ||
                            result == Result::kExist || result == Result::kBusy;
      if (!expected) unexpected.fetch_add(1, std::memory_order_relaxed);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(use, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(unexpected.load(std::memory_order_relaxed), 0u);

  // Both sides of teardown at once, on the same elements.
  std::thread maps_go([&] {
    pin_to_one_cpu(0);
    const typename P::Thread registration;
    for (Smap<C>& smap : maps) map_free(smap);
  });
  std::thread owners_go([&] {
    pin_to_one_cpu(1);
    const typename P::Thread registration;
    P::synchronize_rcu();
    for (Owner<C>& owner : owners) destroy(owner);
  });
  maps_go.join();
  owners_go.join();
  expect_nothing_left(type);
  for (Owner<C>& owner : owners) {
    EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), 0u);
  }
  for (Smap<C>& smap : maps) {
    EXPECT_TRUE(smap.empty());
  }
}

}  // namespace
}  // namespace lockgauge::storage
