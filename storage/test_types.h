#ifndef LOCKGAUGE_STORAGE_TEST_TYPES_H_
#define LOCKGAUGE_STORAGE_TEST_TYPES_H_

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <string>
#include <type_traits>

#include "locks/platform/host/host.h"
#include "locks/registry.h"
#include "storage/series.h"
#include "storage/storage.h"

// The engines that tests run. All keep a book of what they make and free.
namespace lockgauge::storage {

using TestPlatform = TokenHost;

template <class B>
using Excludes = std::bool_constant<B::excludes>;

template <class List, class O>
struct ConfigsOf;
template <class... Bs, class O>
struct ConfigsOf<TypeList<Bs...>, O> {
  using type = TypeList<Config<Bs, EraOf<Bs>, O, CountingAudit>...>;
};

// Every backend that excludes, for the owner type that charges.
using BackendConfigs = ConfigsOf<Filter<AllBackends<TestPlatform>, Excludes>,
                                 owner_type::sk>::type;

// Every step of the series, and where it led.
using SeriesAndAfter = decltype(Series<TestPlatform>::plus(
    TypeList<backend::rqspinlock<TestPlatform>>{}));
template <class O>
using SeriesConfigs = typename ConfigsOf<SeriesAndAfter, O>::type;

// For every owner type: where the series begins, its result, and where that
// led. Sockets, which are charged besides, at every step.
using SkConfigs = SeriesConfigs<owner_type::sk>;
using Milestones =
    TypeList<backend::before<TestPlatform>, backend::merged<TestPlatform>,
             backend::rqspinlock<TestPlatform>>;
template <class O>
using MilestoneConfigs = typename ConfigsOf<Milestones, O>::type;
using OwnerConfigs =
    decltype(SkConfigs::plus(decltype(MilestoneConfigs<owner_type::task>::plus(
        decltype(MilestoneConfigs<owner_type::cgroup>::plus(
            MilestoneConfigs<owner_type::inode>{})){})){}));

struct ConfigName {
  template <class C>
  static std::string GetName(int) {
    return std::string(C::Backend::name) + "_" + std::string(C::Era::name) +
           "_" + std::string(C::OwnerType::name);
  }
};

// The gate asks for pinned callers: the calling thread to the nth CPU that it
// may run on, round and round.
inline void pin_to_one_cpu(int nth) {
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

// At the end of a test: each element, storage and special field was freed once,
// and all memory is back.
template <class C>
void expect_nothing_left(const StorageType<C>& type) {
  reclaim_barrier<typename C::P>();
  const auto& audit = type.audit;
  for (const auto* kind :
       {&audit.elements(), &audit.storages(), &audit.fields()}) {
    EXPECT_EQ(kind->live(), 0u);
    EXPECT_EQ(kind->doubled(), 0u);
  }
  EXPECT_EQ(type.memory.bytes_in_use(), 0u);
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_TEST_TYPES_H_
