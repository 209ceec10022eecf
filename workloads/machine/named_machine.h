#ifndef LOCKGAUGE_WORKLOADS_MACHINE_NAMED_MACHINE_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_NAMED_MACHINE_H_

#include <string>
#include <vector>

#include "locks/platform/sim/description.h"

namespace lockgauge::machine {

// A machine to simulate as a user named it.
struct NamedMachine {
  // What results call it: the terms without their folders, '_' for blanks.
  // Long first terms end in a checksum. The same text gives the same name.
  std::string name;
  sim::Description description;
};

// What `--machine` takes: terms joined by '+', applied from left to right. The
// first is a machine:
//   NAME                  one of ours, see shipped_machines()
//   PATH.machine          a file of ours (platform/sim/description_file.h)
//   PATH.xml              hwloc's XML, as lstopo writes it: shape only
//   PATH.csv              core-to-core latencies: shape by clustering, transfers
//   "package:2 core:4"    a synthetic string of hwloc's: shape only. CPUs are
//                         numbered depth first; "pu:2(indexes=core)" numbers as
//                         Linux does on x86: the first of all cores, then the
//                         second.
// The others change it:
//   PATH.csv              transfers cost what these latencies say
//   key=value             as in a machine file: "rmw_ns=7",
//                         "transfer_ns=10 40 60 60 150"
// Throws UsageError naming the term and what would be valid.
NamedMachine resolve_machine(const std::string& text);

// A machine that comes with lockgauge.
struct ShippedMachine {
  std::string name;
  std::string summary;  // the first line of its file
};

// In the order of their names.
std::vector<ShippedMachine> shipped_machines();

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_NAMED_MACHINE_H_
