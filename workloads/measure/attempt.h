#ifndef LOCKGAUGE_WORKLOADS_MEASURE_ATTEMPT_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_ATTEMPT_H_

#include "workloads/measure/tally.h"
#include "workloads/measure/world.h"

namespace lockgauge::measure {

// What really was the case when an operation failed, kept outside lock and
// gate: whether this thread was inside an operation already, i.e. whether one
// of its own contexts was interrupted there. Then waiting could not have
// helped, and the failure is real. Otherwise the caller was told to give up
// for something that others did: spurious.
//
// Thread-safety: each thread knows itself alone; safe in signal handlers.
template <class P>
class InsideOperation {
 public:
  InsideOperation() { ++depth_; }
  ~InsideOperation() { --depth_; }
  InsideOperation(const InsideOperation&) = delete;
  InsideOperation& operator=(const InsideOperation&) = delete;

  bool reentered() const { return depth_ > 1; }

 private:
  int& depth_ = World<P>::operations();
};

// One attempt at an operation that answers a Result, of the engine C, a
// storage::Config. False if it failed, which is then counted by its cause and
// its truth. Where all locks are taken in one order there is no cycle without
// re-entry. Elsewhere a lock that says it saw one is believed; the timeout of
// one that it cannot see, of three or more, counts as spurious.
template <class C, class Operation>
inline bool attempt(Tally& tally, Operation operation) {
  const InsideOperation<typename C::P> inside;
  const Result result = operation();
  if (!failed(result)) [[likely]] {
    return true;
  }
  const bool cycle = !C::kOneLockOrder && result == Result::kDeadlock;
  tally.count_failure(result, inside.reentered() || cycle);
  return false;
}

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_ATTEMPT_H_
