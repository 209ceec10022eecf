#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_DESCRIPTION_FILE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_DESCRIPTION_FILE_H_

#include <string>

#include "locks/platform/sim/description.h"

// Machines as text, one file each (machines/*.machine):
//
//   # Two packages of two cores with two threads each.
//   frequency_mhz   3000
//   rmw_ns          6
//   transfer_ns     10 40 40 40 150     # same core, LLC, node, package; remote
//   preemption      kernel              # or user
//   llc 0 0   0+4 1+5
//   llc 1 1   2+6 3+7
//
// Each `llc` line is one last-level cache: its package, its node, then its
// cores, each with the numbers of its CPUs. The other keys are the fields of
// Costs, Scheduling and Description under their own names; one left out keeps
// its default.
namespace lockgauge::sim {

// Both throw DescriptionError naming `origin` (or the path) and the line.
Description parse_description(const std::string& text,
                              const std::string& origin);
Description read_description(const std::string& path);

// Sets one key to a value as a line of a file does: "rmw_ns" to "7". Throws
// DescriptionError naming the key, also if the machine can then not be.
void set_key(Description& description, const std::string& key,
             const std::string& value);

// The text that parse_description() turns into the same machine.
std::string format_description(const Description& description);

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_DESCRIPTION_FILE_H_
