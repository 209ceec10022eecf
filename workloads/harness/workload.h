#ifndef LOCKGAUGE_WORKLOADS_HARNESS_WORKLOAD_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_WORKLOAD_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "locks/cache_line.h"
#include "locks/platform/host/host.h"
#include "locks/platform/sim/sim.h"
#include "workloads/harness/findings.h"
#include "workloads/harness/layout.h"
#include "workloads/harness/parameters.h"
#include "workloads/measure/tally.h"

namespace lockgauge::harness {

// Raised once, at the end of the window. On a line of its own, which every
// thread keeps a shared copy of. Times are of the platform's clock.
template <class Flag>
class alignas(kCacheLineBytes) BasicStop {
 public:
  // When the window begins: before any thread runs.
  void set_begin(std::uint64_t ns) { begin_ns_ = ns; }
  std::uint64_t begin_ns() const { return begin_ns_; }

  void request(std::uint64_t now_ns) {
    end_ns_ = now_ns;
    // Release: pairs with end_ns().
    requested_.store(true, std::memory_order_release);
  }
  // Relaxed: what is asked in every turn publishes nothing.
  bool requested() const { return requested_.load(std::memory_order_relaxed); }

  // When it was requested. REQUIRES: requested().
  std::uint64_t end_ns() const {
    (void)requested_.load(std::memory_order_acquire);
    return end_ns_;
  }

 private:
  Flag requested_{false};
  std::uint64_t begin_ns_ = 0;
  std::uint64_t end_ns_ = 0;
};

// What a workload is made from.
struct Setup {
  const Parameters& parameters;
  const Layout& layout;  // of the team
  std::uint64_t seed;    // of what the workload draws

  int threads() const { return layout.threads(); }
};

// A scenario on one backend with one set of parameters: what one trial runs.
// Calls come in the order below; those with a thread number come from that
// pinned thread, all threads at once.
template <class Flag>
class BasicWorkload {
 public:
  virtual ~BasicWorkload() = default;

  // Before the window: what is this thread's own is made, and so first touched,
  // here.
  virtual void prepare(int thread) { (void)thread; }

  // Then, on the host and if the scenario `defers` memory: operates as in the
  // window. Nothing of it may be reported.
  virtual void warm_up(int thread, const BasicStop<Flag>& stop) {
    measure::Tally ignored;
    run(thread, stop, ignored);
  }

  // The window: operates until `stop`, counting only what ended before. The one
  // virtual call of a trial; nothing inside may be one, allocate, call the
  // system or ask which configuration this is. codegen/window_test.py reads the
  // object code of every window and lists the exceptions, such as the futex
  // wake by which liburcu tells a grace period that its last reader is gone.
  virtual void run(int thread, const BasicStop<Flag>& stop,
                   measure::Tally& tally) = 0;

  // After the window, undoing prepare().
  virtual void finish(int thread) { (void)thread; }

  // After that: what only this scenario can say.
  virtual void report(Findings& findings) { (void)findings; }

  // After all. Empty, or what is wrong with the state that the threads left:
  // the trial then counts for nothing.
  virtual std::string check() { return {}; }
};

// By platform; the host's are all of one type.
template <class P>
using Stop = BasicStop<typename P::template Atomic<bool>>;
template <class P>
using Workload = BasicWorkload<typename P::template Atomic<bool>>;

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_WORKLOAD_H_
