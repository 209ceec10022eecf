#ifndef LOCKGAUGE_WORKLOADS_MACHINE_TOPOLOGY_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_TOPOLOGY_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "locks/platform/sim/description.h"

struct hwloc_topology;

namespace lockgauge::machine {

// One CPU (hwloc: PU) and where it sits. All fields but `os_index` are hwloc's
// logical indices, the numbers lstopo prints.
struct Cpu {
  int os_index;
  int core;      // on machines that show no cores, each CPU is its own core
  int llc;       // last-level cache; -1: no cache known
  int node;      // local NUMA node
  int package;   // -1: no package known
  int smt_rank;  // 0 is the first CPU of its core
  int kind;      // hwloc cpukind, the least capable first; -1: unknown
};

// The closest thing that two CPUs share; each shares its core with itself.
sim::Distance distance(const Cpu& one, const Cpu& other);

// The CPUs this process may use, as hwloc sees them. Immutable once built, so
// threads may share it.
class Topology {
 public:
  // Leaves out what the cgroup or the affinity mask of this thread excludes,
  // so call it before the thread is pinned. HWLOC_SYNTHETIC and HWLOC_XMLFILE
  // replace the machine, as in every hwloc program.
  static Topology of_this_machine();

  // All throw UsageError; `description` as in "package:2 core:4 pu:2".
  static Topology from_synthetic(const std::string& description);
  static Topology from_xml_file(const std::string& path);
  static Topology from_xml_text(const std::string& xml);

  // Allowed CPUs only, in hwloc's logical order; never empty.
  const std::vector<Cpu>& cpus() const { return cpus_; }

  // Of allowed CPUs, as Cpu::node, in hwloc's order.
  std::vector<int> nodes() const;

  // Among those, so many on from the CPU's own: after the last comes the first.
  // REQUIRES: there is such an allowed CPU.
  int node_on_from(int os_index, std::size_t steps) const;

  // nullptr if there is no such allowed CPU.
  const Cpu* find(int os_index) const;

  // False for a description of some machine. hwloc's binding calls then
  // return success and do nothing.
  bool is_this_machine() const;

  // hwloc's XML, as lstopo writes and from_xml_file() reads it.
  std::string xml() const;

  hwloc_topology* handle() const { return handle_.get(); }

 private:
  struct Destroy {
    void operator()(hwloc_topology* topology) const;
  };
  using Handle = std::unique_ptr<hwloc_topology, Destroy>;

  explicit Topology(Handle loaded);
  static Handle initialised();

  Handle handle_;
  std::vector<Cpu> cpus_;
};

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_TOPOLOGY_H_
