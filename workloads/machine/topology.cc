#include "workloads/machine/topology.h"

#include <fmt/core.h>
#include <hwloc.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <stdexcept>
#include <utility>

#include "workloads/machine/bitmap.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

// hwloc orders kinds by efficiency where that is known, and else by chance.
int ranked_kind(hwloc_topology_t topology, hwloc_const_cpuset_t cpuset) {
  const int kind = hwloc_cpukinds_get_by_cpuset(topology, cpuset, 0);
  int efficiency = -1;
  if (kind < 0 ||
      hwloc_cpukinds_get_info(topology, static_cast<unsigned>(kind), nullptr,
                              &efficiency, nullptr, nullptr, 0) != 0) {
    return -1;
  }
  return efficiency < 0 ? -1 : kind;
}

int logical_index(hwloc_obj_t object) {
  return object ? static_cast<int>(object->logical_index) : -1;
}

hwloc_obj_t last_level_cache(hwloc_obj_t pu) {
  hwloc_obj_t last = nullptr;
  for (hwloc_obj_t above = pu->parent; above; above = above->parent) {
    if (hwloc_obj_type_is_dcache(above->type)) last = above;
  }
  return last;
}

// A CPU may have several local nodes (DRAM and on-package memory). The lowest
// OS index is the one the kernel allocates from by default.
int local_node(hwloc_topology_t topology, hwloc_obj_t pu) {
  const int os_index = hwloc_bitmap_first(pu->nodeset);
  if (os_index < 0) return -1;
  return logical_index(hwloc_get_numanode_obj_by_os_index(
      topology, static_cast<unsigned>(os_index)));
}

std::vector<Cpu> read_cpus(hwloc_topology_t topology) {
  // Where some cores end at a shared L2 and others at an L3, hwloc numbers the
  // two levels apart; counting them together keeps the numbers distinct.
  std::map<hwloc_obj_t, int> llcs;
  std::map<int, int> threads_of_core;
  std::vector<Cpu> cpus;
  for (hwloc_obj_t pu = nullptr;
       (pu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, pu));) {
    Cpu cpu{};
    cpu.os_index = static_cast<int>(pu->os_index);
    hwloc_obj_t core =
        hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);
    cpu.core = logical_index(core ? core : pu);
    hwloc_obj_t llc = last_level_cache(pu);
    const int next_llc = static_cast<int>(llcs.size());
    cpu.llc = llc ? llcs.try_emplace(llc, next_llc).first->second : -1;
    cpu.node = local_node(topology, pu);
    cpu.package = logical_index(
        hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_PACKAGE, pu));
    cpu.smt_rank = threads_of_core[cpu.core]++;
    cpu.kind = ranked_kind(topology, pu->cpuset);
    cpus.push_back(cpu);
  }
  return cpus;
}

// What taskset, numactl and batch systems leave to us. hwloc itself
// looks at the cgroup only.
void restrict_to_binding(hwloc_topology_t topology) {
  Bitmap bound = empty_bitmap();
  if (hwloc_get_cpubind(topology, bound.get(), HWLOC_CPUBIND_THREAD) != 0) {
    return;  // where binding cannot be asked for, none is in force
  }
  if (hwloc_topology_restrict(topology, bound.get(), 0) != 0) {
    throw std::runtime_error(
        fmt::format("hwloc cannot restrict the topology to this thread's "
                    "affinity mask: {}",
                    std::strerror(errno)));
  }
}

}  // namespace

void Topology::Destroy::operator()(hwloc_topology* topology) const {
  hwloc_topology_destroy(topology);
}

Topology::Handle Topology::initialised() {
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0) {
    throw std::runtime_error("hwloc_topology_init failed");
  }
  return Handle(topology);
}

Topology::Topology(Handle loaded)
    : handle_(std::move(loaded)), cpus_(read_cpus(handle_.get())) {}

sim::Distance distance(const Cpu& one, const Cpu& other) {
  using sim::Distance;
  if (one.core == other.core) return Distance::kCore;
  if (one.llc == other.llc && one.llc >= 0) return Distance::kLlc;
  if (one.node == other.node) return Distance::kNode;
  if (one.package == other.package) return Distance::kPackage;
  return Distance::kRemote;
}

Topology Topology::of_this_machine() {
  Handle handle = initialised();
  if (hwloc_topology_load(handle.get()) != 0) {
    throw std::runtime_error(
        fmt::format("hwloc cannot read the topology of this machine: {}",
                    std::strerror(errno)));
  }
  if (hwloc_topology_is_thissystem(handle.get())) {
    restrict_to_binding(handle.get());
  }
  return Topology(std::move(handle));
}

Topology Topology::from_synthetic(const std::string& description) {
  Handle handle = initialised();
  if (hwloc_topology_set_synthetic(handle.get(), description.c_str()) != 0 ||
      hwloc_topology_load(handle.get()) != 0) {
    throw UsageError(
        fmt::format("synthetic topology '{}': hwloc cannot read it; valid is "
                    "for example 'package:2 [numa] l3:2 core:4 pu:2'",
                    description));
  }
  return Topology(std::move(handle));
}

Topology Topology::from_xml_file(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) {
    throw UsageError(
        fmt::format("topology file '{}': {}", path, std::strerror(errno)));
  }
  Handle handle = initialised();
  if (hwloc_topology_set_xml(handle.get(), path.c_str()) != 0 ||
      hwloc_topology_load(handle.get()) != 0) {
    throw UsageError(
        fmt::format("topology file '{}': not a topology in hwloc's XML; "
                    "'lstopo {}' on that machine writes one",
                    path, "topology.xml"));
  }
  return Topology(std::move(handle));
}

Topology Topology::from_xml_text(const std::string& xml) {
  Handle handle = initialised();
  const int bytes = static_cast<int>(xml.size()) + 1;  // with the final NUL
  if (hwloc_topology_set_xmlbuffer(handle.get(), xml.c_str(), bytes) != 0 ||
      hwloc_topology_load(handle.get()) != 0) {
    throw UsageError("not a topology in hwloc's XML");
  }
  return Topology(std::move(handle));
}

std::vector<int> Topology::nodes() const {
  std::vector<int> nodes;
  for (const Cpu& cpu : cpus_) {
    if (std::find(nodes.begin(), nodes.end(), cpu.node) == nodes.end()) {
      nodes.push_back(cpu.node);
    }
  }
  return nodes;
}

int Topology::node_on_from(int os_index, std::size_t steps) const {
  const std::vector<int> all = nodes();
  const auto own = std::find(all.begin(), all.end(), find(os_index)->node);
  const auto at = static_cast<std::size_t>(own - all.begin());
  return all[(at + steps) % all.size()];
}

const Cpu* Topology::find(int os_index) const {
  const auto found = std::find_if(
      cpus_.begin(), cpus_.end(),
      [os_index](const Cpu& cpu) { return cpu.os_index == os_index; });
  return found == cpus_.end() ? nullptr : &*found;
}

bool Topology::is_this_machine() const {
  return hwloc_topology_is_thissystem(handle_.get()) != 0;
}

std::string Topology::xml() const {
  char* text = nullptr;
  int length = 0;
  if (hwloc_topology_export_xmlbuffer(handle_.get(), &text, &length, 0) != 0) {
    throw std::runtime_error(fmt::format("hwloc cannot write the topology: {}",
                                         std::strerror(errno)));
  }
  std::string xml(text);
  hwloc_free_xmlbuffer(handle_.get(), text);
  return xml;
}

}  // namespace lockgauge::machine
