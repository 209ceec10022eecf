#ifndef LOCKGAUGE_WORKLOADS_MACHINE_HYBRID_TOPOLOGY_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_HYBRID_TOPOLOGY_H_

// For tests only.

#include <string>

#include "workloads/machine/bitmap.h"
#include "workloads/machine/topology.h"

namespace lockgauge::machine {

// A machine of large cores and then small ones, a CPU in each.
inline Topology hybrid_topology(unsigned large, unsigned small) {
  const unsigned cores = large + small;
  const auto plain =
      Topology::from_synthetic("core:" + std::to_string(cores) + " pu:1");
  const auto add_kind = [&](unsigned begin, unsigned end, int efficiency) {
    const Bitmap cpus = empty_bitmap();
    hwloc_bitmap_set_range(cpus.get(), begin, static_cast<int>(end) - 1);
    hwloc_cpukinds_register(plain.handle(), cpus.get(), efficiency, 0, nullptr,
                            0);
  };
  add_kind(0, large, 2);
  add_kind(large, cores, 1);
  return Topology::from_xml_text(plain.xml());
}

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_HYBRID_TOPOLOGY_H_
