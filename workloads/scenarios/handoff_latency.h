#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_LATENCY_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_LATENCY_H_

#include "workloads/harness/stamped.h"
#include "workloads/scenarios/handoff.h"

namespace lockgauge::scenario {

// How long a thread of handoff waits for the lock, and how long it holds it.
struct handoff_latency {
  static harness::ScenarioInfo info() {
    return harness::stamped(handoff::info());
  }

  template <Backend B>
  using Run = harness::Stamped<handoff::Run<B>, typename B::Platform>;
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_LATENCY_H_
