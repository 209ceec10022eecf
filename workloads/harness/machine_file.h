#ifndef LOCKGAUGE_WORKLOADS_HARNESS_MACHINE_FILE_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_MACHINE_FILE_H_

#include <string>

#include "workloads/harness/measured_machine.h"
#include "workloads/machine/named_machine.h"

namespace lockgauge::harness {

// Machine files (locks/platform/sim/description_file.h) whose comments say
// where the figures come from. That of a measured machine also says what its
// simulation makes of them.
std::string machine_file(const MeasuredMachine& machine);
std::string machine_file(const machine::NamedMachine& machine);

// "-" is standard output. Throws UsageError if `path` cannot be written.
void write_machine_file(const std::string& path, const std::string& text);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_MACHINE_FILE_H_
