#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GET_LATENCY_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GET_LATENCY_H_

#include "workloads/harness/stamped.h"
#include "workloads/scenarios/storage_get.h"

namespace lockgauge::scenario {

// How long each lookup of storage_get takes.
struct storage_get_latency {
  static harness::ScenarioInfo info() {
    return harness::stamped(storage_get::info());
  }

  template <Backend B>
  using Run = harness::Stamped<storage_get::Run<B>, typename B::Platform>;
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GET_LATENCY_H_
