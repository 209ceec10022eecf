#ifndef LOCKGAUGE_WORKLOADS_HARNESS_COLUMNS_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_COLUMNS_H_

#include <string>
#include <vector>

#include "workloads/harness/trial.h"

namespace lockgauge::harness {

// A cell of a results file: a column's name and what stands there; empty means
// that there is no such figure, never zero.
struct Cell {
  std::string name;
  std::string value;
};
using Row = std::vector<Cell>;

// What places a trial among others, besides its specification.
struct TrialId {
  std::string target;  // host or sim
  std::string machine;
  int invocation;  // of the program, in this run folder
  int repetition;  // of the case, in this invocation
  int order;       // of the trial, in this invocation
};

// The columns of results/schema.toml for one trial, in its order: a test holds
// the two against each other. trial_row() is for trials.csv; the others answer
// a row for each thread, each counter, each bucket of each histogram, and every
// two CPUs.
Row trial_row(const TrialId& id, const TrialSpec& spec,
              const TrialResult& result);
std::vector<Row> thread_rows(const machine::Topology& topology,
                             const TrialId& id, const TrialSpec& spec,
                             const TrialResult& result);
std::vector<Row> counter_rows(const TrialId& id, const TrialSpec& spec,
                              const TrialResult& result);
std::vector<Row> latency_rows(const TrialId& id, const TrialSpec& spec,
                              const TrialResult& result);
std::vector<Row> core_to_core_rows(const TrialId& id, const TrialSpec& spec,
                                   const TrialResult& result);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_COLUMNS_H_
