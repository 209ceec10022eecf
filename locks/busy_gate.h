#ifndef LOCKGAUGE_LOCKS_BUSY_GATE_H_
#define LOCKGAUGE_LOCKS_BUSY_GATE_H_

#include <cstdint>
#include <memory>

#include "locks/cache_line.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// The per-CPU busy counter of kernels before 7.0 (bpf_task_storage_busy and
// bpf_cgrp_storage_busy): one counter for each CPU, whatever the operation
// touches, so that an operation that interrupts another on its CPU is refused
// instead of deadlocking. A thread preempted inside makes everybody else on its
// CPU fail too, re-entering or not: the spurious failure.
//
// Entering does not disable preemption (the kernel's migrate_disable does not
// either); that is where the failures come from. The caller stays on its CPU
// from entry to exit, i.e. is pinned.
template <Platform P>
class BusyGate {
  using Counter = typename P::PerCpuCounter;

 public:
  // The counter that was entered: leave() must not look at the CPU again.
  using Pass = Counter*;

  BusyGate() : cpus_(new Padded<Counter>[P::cpu_limit()]) {}

  // Programs: refused if this CPU is inside already.
  bool try_enter(Pass& pass) {
    pass = &cpus_[P::cpu()].value;
    if (pass->increment() == 1) [[likely]] {
      return true;
    }
    pass->decrement();
    return false;
  }

  // System calls and teardown: never refused, but others are while it lasts.
  Pass enter() {
    Counter& counter = cpus_[P::cpu()].value;
    counter.increment();
    return &counter;
  }

  void leave(Pass pass) { pass->decrement(); }

 private:
  const std::unique_ptr<Padded<Counter>[]> cpus_;
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_BUSY_GATE_H_
