#ifndef LOCKGAUGE_WORKLOADS_HARNESS_FINDINGS_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_FINDINGS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/measure/latencies.h"

namespace lockgauge::harness {

// The columns of trials.csv that only some scenarios have something to say
// about, in the order of results/schema.toml.
const std::vector<std::string_view>& finding_columns();

// What a cache line takes between two threads of the team (measure/
// core_to_core.h).
struct OneWay {
  int from_thread;
  int to_thread;
  double one_way_ns;
};

// What a workload found out besides what its threads tally.
class Findings {
 public:
  // Throws std::logic_error if it is none of finding_columns().
  void set(std::string_view column, double value);

  // Nothing where the scenario did not say.
  std::optional<double> get(std::string_view column) const;

  // Merged with those that are there.
  void add(const measure::Latencies& latencies);

  // Nothing where no operation was stamped.
  const std::optional<measure::Latencies>& latencies() const {
    return latencies_;
  }

  // Why the threads would never have come to an end; such a trial has no
  // figures. Empty: they did.
  std::string hung;

  // Between every two threads, in any order.
  std::vector<OneWay> one_ways;

 private:
  std::map<std::string, double, std::less<>> values_;
  std::optional<measure::Latencies> latencies_;
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_FINDINGS_H_
