#ifndef LOCKGAUGE_WORKLOADS_MEASURE_FAULTS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_FAULTS_H_

#include <cstdint>
#include <type_traits>

#include "locks/backend.h"
#include "locks/result.h"
#include "workloads/measure/random.h"

namespace lockgauge::measure {

// Which acquisitions of one thread are made to fail: the same ones for the same
// seed and thread number, every time.
class Faults {
 public:
  // `ppm`: of a million acquisitions, at most 500'000.
  Faults(long ppm, std::uint64_t seed, int thread)
      : random_(seed, thread), below_(~std::uint64_t{0} / 1'000'000 * ppm) {}

  bool draw() {
    const bool fails = random_.next() < below_;
    injected_ += fails;
    return fails;
  }

  // So far.
  std::uint64_t injected() const { return injected_; }

 private:
  Random random_;
  const std::uint64_t below_;
  std::uint64_t injected_ = 0;
};

// The faults that a slot's acquisitions meet at the moment; null: none.
struct FaultsOfSlot {
  Faults* faults = nullptr;
};

// While it lives, locks of Faulty backends fail the calling thread as drawn.
template <class P>
class FaultScope {
 public:
  explicit FaultScope(Faults& faults) : slot_(P::template this_slot<Slot>()) {
    slot_.faults = &faults;
  }
  ~FaultScope() { slot_.faults = nullptr; }
  FaultScope(const FaultScope&) = delete;
  FaultScope& operator=(const FaultScope&) = delete;

 private:
  using Slot = FaultsOfSlot;

  Slot& slot_;
};

// A lock that times out when that is drawn, as if its holder had stayed away;
// but at once.
template <class P, class L>
class FaultyLock {
 public:
  Result lock() {
    Faults* const faults = P::template this_slot<FaultsOfSlot>().faults;
    if (faults != nullptr && faults->draw()) return Result::kTimeout;
    return lock_.lock();
  }
  bool try_lock() { return lock_.try_lock(); }
  void unlock() { lock_.unlock(); }

 private:
  L lock_;
};

template <Backend B>
struct FaultyBackend : B {
  using Lock = FaultyLock<typename B::Platform, typename B::Lock>;
};

// The backend with faults in its locks, if they are of those that can fail.
template <Backend B>
using Faulty = std::conditional_t<B::fallible, FaultyBackend<B>, B>;

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_FAULTS_H_
