#ifndef LOCKGAUGE_WORKLOADS_MACHINE_FACTS_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_FACTS_H_

#include <filesystem>
#include <string>
#include <vector>

namespace lockgauge::machine {

// Something about the machine that explains its numbers.
struct Fact {
  std::string name;
  std::string value;  // empty: unknown
};

// What run.json says of the machine, in a fixed order. It counts what the
// machine has online, not what this process may use. `root` is prefixed to
// every /proc and /sys path.
std::vector<Fact> machine_facts(const std::filesystem::path& root = "/");

// A short name, the same in every run on this kind of machine: CPU model and
// number of CPUs, "intel-xeon-processor-2c".
std::string machine_id(const std::filesystem::path& root = "/");

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_FACTS_H_
