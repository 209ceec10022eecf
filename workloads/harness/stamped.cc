#include "workloads/harness/stamped.h"

namespace lockgauge::harness {

ScenarioInfo stamped(ScenarioInfo info) {
  info.summary = info.name + ", every operation stamped: latency";
  info.name += "_latency";
  info.parameters.push_back(
      {.name = "arrivals",
       .defaults = {"closed", "poisson"},
       .help = "an operation begins when the one before is over (closed), or "
               "is due at a rate, in fixed or random gaps (poisson), and late "
               "from then on",
       .choices = {"closed", "fixed", "poisson"}});
  info.parameters.push_back(
      {.name = "rate_per_s",
       .defaults = {"100000"},
       .help = "operations that are due, of all threads; closed: no matter",
       .min = 1});
  return info;
}

}  // namespace lockgauge::harness
