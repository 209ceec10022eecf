#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_MIX_LATENCY_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_MIX_LATENCY_H_

#include "workloads/harness/stamped.h"
#include "workloads/scenarios/storage_mix.h"

namespace lockgauge::scenario {

// How long each operation of storage_mix takes.
struct storage_mix_latency {
  static harness::ScenarioInfo info() {
    return harness::stamped(storage_mix::info());
  }

  template <Backend B>
  using Run = harness::Stamped<storage_mix::Run<B>, typename B::Platform>;
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_MIX_LATENCY_H_
