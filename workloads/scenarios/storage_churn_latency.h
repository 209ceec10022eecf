#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CHURN_LATENCY_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CHURN_LATENCY_H_

#include "workloads/harness/stamped.h"
#include "workloads/scenarios/storage_churn.h"

namespace lockgauge::scenario {

// How long each operation of storage_churn takes.
struct storage_churn_latency {
  static harness::ScenarioInfo info() {
    return harness::stamped(storage_churn::info());
  }

  template <Backend B>
  using Run = harness::Stamped<storage_churn::Run<B>, typename B::Platform>;
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CHURN_LATENCY_H_
