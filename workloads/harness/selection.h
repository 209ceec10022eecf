#ifndef LOCKGAUGE_WORKLOADS_HARNESS_SELECTION_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_SELECTION_H_

#include <string>
#include <vector>

#include "workloads/harness/options.h"
#include "workloads/harness/scenario.h"
#include "workloads/harness/trial.h"
#include "workloads/machine/topology.h"

namespace lockgauge::harness {

// Every trial specification that the options ask for, of these cases, on this
// machine. Throws UsageError for names, numbers and places that do not exist.
std::vector<TrialSpec> select(const std::vector<Case>& cases,
                              const Options& options,
                              const machine::Topology& topology);

// What --list prints.
std::string list(const std::vector<Case>& cases);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_SELECTION_H_
