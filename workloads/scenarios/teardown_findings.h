#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_FINDINGS_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_FINDINGS_H_

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/storage.h"
#include "workloads/harness/findings.h"
#include "workloads/measure/histogram.h"
#include "workloads/scenarios/teardown_round.h"

// What `teardown` says of its rounds when all have ended.
namespace lockgauge::scenario {

// Acquisitions that teardown asked for and did not get.
template <class C>
std::uint64_t failures(const storage::StorageType<C>& type) {
  using storage::Acquisition;
  std::uint64_t sum = 0;
  for (const Acquisition which :
       {Acquisition::kMapFreeBucket, Acquisition::kMapFreeStorage,
        Acquisition::kDestroyBucket, Acquisition::kDestroyStorage}) {
    sum += type.events.failures(which);
  }
  return sum;
}

inline void report_times(harness::Findings& findings, std::string_view call,
                         const measure::Histogram& times_ns) {
  const auto set = [&](const char* column, std::uint64_t value) {
    findings.set(fmt::format("{}_{}", call, column), value);
  };
  set("count", times_ns.count());
  if (times_ns.count() == 0) return;
  set("p50_ns", times_ns.value_at(50, 100));
  set("p99_ns", times_ns.value_at(99, 100));
  set("max_ns", times_ns.max());
}

// REQUIRES: reclaim_barrier() since.
template <class C>
void report_left(harness::Findings& findings, TeardownRound<C>& round) {
  const auto& type = round.type();
  findings.set("teardown_failures_count", failures(type));
  findings.set("teardown_retries_count", type.events.retries());
  findings.set("teardown_warnings_count", type.events.warnings());
  findings.set("elements_made_count",
               type.audit.elements().made.load(std::memory_order_relaxed));
  const auto& lingering = round.lingering();
  findings.set("lingering_elements_count", lingering.elements);
  findings.set("lingering_bytes", lingering.bytes);
  if (lingering.elements > 0) {
    findings.set("lingering_mean_ns",
                 static_cast<double>(lingering.sum_ns) /
                     static_cast<double>(lingering.elements));
  }
  findings.set("leaked_elements_count", type.audit.elements().live());
  findings.set("leaked_storages_count", type.audit.storages().live());
  findings.set("leaked_fields_count", type.audit.fields().live());
  findings.set("leaked_bytes", type.memory.bytes_in_use());
  findings.set("charge_left_bytes", round.charge_left_bytes());
}

// Empty, or what no form of teardown may do: free twice; or lose something
// though no lock failed. `faults`: some were made to.
template <class C>
std::string wrong_with(TeardownRound<C>& round, bool faults) {
  const auto& type = round.type();
  std::uint64_t left = 0;
  std::uint64_t twice = 0;
  for (const auto* kind : {&type.audit.elements(), &type.audit.storages(),
                           &type.audit.fields()}) {
    left += kind->live();
    twice += kind->doubled();
  }
  if (twice > 0) return fmt::format("{} objects were freed twice", twice);
  if (faults || failures(type) + type.events.warnings() > 0) return {};
  if (left + round.charge_left_bytes() == 0) return {};
  return fmt::format("{} objects leaked, {} bytes stayed charged, though no "
                     "lock failed",
                     left, round.charge_left_bytes());
}

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_FINDINGS_H_
