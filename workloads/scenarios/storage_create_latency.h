#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_LATENCY_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_LATENCY_H_

#include "workloads/harness/stamped.h"
#include "workloads/scenarios/storage_create.h"

namespace lockgauge::scenario {

// How long each create of storage_create takes. A batch's destroys are not
// timed; in an open loop they make the creates after them late.
struct storage_create_latency {
  static harness::ScenarioInfo info() {
    return harness::stamped(storage_create::info());
  }

  template <Backend B>
  using Run = harness::Stamped<storage_create::Run<B>, typename B::Platform>;
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_LATENCY_H_
