#ifndef LOCKGAUGE_WORKLOADS_HARNESS_RUN_FOLDER_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_RUN_FOLDER_H_

#include <filesystem>
#include <string>
#include <vector>

#include "locks/platform/sim/description.h"
#include "workloads/harness/columns.h"
#include "workloads/machine/session.h"

namespace lockgauge::harness {

// What the results are of.
struct Subject {
  std::string target;   // host or sim
  std::string machine;  // a short name, the same in every run
  const machine::Topology& topology;
  const sim::Description* simulated = nullptr;  // null: this machine
};

// The folder that a run's results are in (results/README.md). Made by the first
// invocation, continued by later ones of the same version of the columns.
class RunFolder {
 public:
  // Throws UsageError if the folder cannot be written or holds something else;
  // nothing is then changed. `command` is the command line, for run.json.
  RunFolder(std::filesystem::path folder, const Subject& subject,
            const machine::SessionStatus& session,
            const std::vector<std::string>& command);

  const Subject& subject() const { return subject_; }
  int invocation() const { return invocation_; }

  // Appends the trial to each file, whole rows in one write each: a killed run
  // loses at most the trial it was in.
  void add(const TrialId& id, const TrialSpec& spec, const TrialResult& result);

 private:
  void append(const char* file, const std::vector<Row>& rows);

  const std::filesystem::path folder_;
  const Subject subject_;
  int invocation_ = 0;
};

// CSV as RFC 4180 has it.
std::string csv_header(const Row& row);
std::string csv_line(const Row& row);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_RUN_FOLDER_H_
