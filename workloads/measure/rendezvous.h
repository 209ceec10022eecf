#ifndef LOCKGAUGE_WORKLOADS_MEASURE_RENDEZVOUS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_RENDEZVOUS_H_

#include <atomic>
#include <cstdint>

#include "locks/cache_line.h"
#include "workloads/measure/world.h"

namespace lockgauge::measure {

// Where a team waits for its last thread, as often as it likes: the standard's
// barrier, on any platform.
template <class P>
class alignas(kCacheLineBytes) Rendezvous {
 public:
  explicit Rendezvous(int threads)
      : threads_(static_cast<std::uint32_t>(threads)) {}

  // What any thread did before is seen by all after. Each arrives with acq_rel;
  // the last one's release pairs with the acquire of those who wait.
  void arrive_and_wait() {
    const std::uint32_t meeting = meetings_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      arrived_.store(0, std::memory_order_relaxed);
      meetings_.store(meeting + 1, std::memory_order_release);
      return;
    }
    World<P>::await(meetings_, [meeting](std::uint32_t now) {
      return now != meeting;
    });
  }

 private:
  template <class T>
  using Atomic = typename P::template Atomic<T>;

  const std::uint32_t threads_;
  Atomic<std::uint32_t> arrived_{0};
  Atomic<std::uint32_t> meetings_{0};
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_RENDEZVOUS_H_
