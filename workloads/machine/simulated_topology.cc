#include "workloads/machine/simulated_topology.h"

#include <fmt/format.h>
#include <hwloc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "workloads/machine/bitmap.h"

namespace lockgauge::machine {
namespace {

using Cpus = std::vector<std::uint32_t>;

std::string set_of(const Cpus& members) {
  const Bitmap set = empty_bitmap();
  for (const std::uint32_t member : members)
    hwloc_bitmap_set(set.get(), member);
  char* text = nullptr;
  hwloc_bitmap_asprintf(&text, set.get());
  std::string hexadecimal(text);
  std::free(text);
  return hexadecimal;
}

// hwloc's XML (hwloc2.dtd). Objects come in the order of their first CPUs.
class Xml {
 public:
  explicit Xml(const sim::Description& description)
      : description_(description) {}

  std::string write() {
    Cpus all(description_.cpu_count());
    for (std::uint32_t cpu = 0; cpu < all.size(); ++cpu) all[cpu] = cpu;
    xml_ =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!DOCTYPE topology SYSTEM \"hwloc2.dtd\">\n"
        "<topology version=\"2.0\">\n";
    open("Machine", 0, all,
         fmt::format(" allowed_cpuset=\"{}\" allowed_nodeset=\"{}\"",
                     set_of(all), set_of(nodes_of(all))));
    for (const auto& [package, cpus] : split(all, &sim::CpuPlace::package)) {
      open("Package", package, cpus);
      add_nodes(cpus);
      close();
    }
    close();
    return xml_ + "</topology>\n";
  }

 private:
  // By what CPUs share, in the order of its first CPU.
  std::vector<std::pair<std::uint32_t, Cpus>> split(
      const Cpus& cpus, std::uint32_t sim::CpuPlace::*shared) const {
    std::vector<std::pair<std::uint32_t, Cpus>> parts;
    std::map<std::uint32_t, std::size_t> part_of;
    for (const std::uint32_t cpu : cpus) {
      const std::uint32_t index = description_.cpus[cpu].*shared;
      const auto [part, first] = part_of.emplace(index, parts.size());
      if (first) parts.push_back({index, {}});
      parts[part->second].second.push_back(cpu);
    }
    return parts;
  }

  // Their indices are bits of sets, so they are dense whatever the
  // description's are.
  Cpus nodes_of(const Cpus& cpus) {
    Cpus nodes;
    for (const std::uint32_t cpu : cpus) {
      const auto next = static_cast<std::uint32_t>(nodes_.size());
      nodes.push_back(
          nodes_.emplace(description_.cpus[cpu].node, next).first->second);
    }
    return nodes;
  }

  void open(const char* type, std::uint32_t index, const Cpus& cpus,
            const std::string& attributes = "") {
    xml_ += fmt::format(
        "<object type=\"{0}\" os_index=\"{1}\" cpuset=\"{2}\" "
        "complete_cpuset=\"{2}\" nodeset=\"{3}\" complete_nodeset=\"{3}\" "
        "gp_index=\"{4}\"{5}>\n",
        type, index, set_of(cpus), set_of(nodes_of(cpus)), ++objects_,
        attributes);
  }
  void close() { xml_ += "</object>\n"; }

  // Memory hangs on what has just its CPUs: a group, where that is not the
  // whole package.
  void add_nodes(const Cpus& package) {
    const auto nodes = split(package, &sim::CpuPlace::node);
    for (const auto& [node, cpus] : nodes) {
      if (nodes.size() > 1) open("Group", node, cpus, " kind=\"0\"");
      open("NUMANode", nodes_of(cpus).front(), cpus);
      close();
      add_caches(cpus);
      if (nodes.size() > 1) close();
    }
  }

  void add_caches(const Cpus& node) {
    for (const auto& [llc, cpus] : split(node, &sim::CpuPlace::llc)) {
      open("L3Cache", llc, cpus,
           " cache_size=\"0\" depth=\"3\" cache_linesize=\"64\" "
           "cache_associativity=\"0\" cache_type=\"0\"");
      for (const auto& [core, threads] : split(cpus, &sim::CpuPlace::core)) {
        open("Core", core, threads);
        for (const std::uint32_t cpu : threads) {
          open("PU", cpu, {cpu});
          close();
        }
        close();
      }
      close();
    }
  }

  const sim::Description& description_;
  std::map<std::uint32_t, std::uint32_t> nodes_;
  std::uint64_t objects_ = 0;
  std::string xml_;
};

// Numbers what it has not met before.
class Numbers {
 public:
  std::uint32_t of(std::uint32_t outer, int inner) {
    const auto next = static_cast<std::uint32_t>(numbers_.size());
    return numbers_.try_emplace({outer, inner}, next).first->second;
  }

 private:
  std::map<std::pair<std::uint32_t, int>, std::uint32_t> numbers_;
};

}  // namespace

Topology topology_of(const sim::Description& description) {
  return Topology::from_xml_text(Xml(description).write());
}

sim::Description description_of(const Topology& topology) {
  std::vector<Cpu> cpus = topology.cpus();
  std::sort(cpus.begin(), cpus.end(),
            [](const Cpu& a, const Cpu& b) { return a.os_index < b.os_index; });
  Numbers packages, nodes, llcs, cores;
  sim::Description description;
  for (const Cpu& cpu : cpus) {
    sim::CpuPlace place{};
    place.package = packages.of(0, cpu.package);
    place.node = nodes.of(place.package, cpu.node);
    place.llc = llcs.of(place.node, cpu.llc);
    place.core = cores.of(place.llc, cpu.core);
    description.cpus.push_back(place);
  }
  sim::validate(description);
  return description;
}

}  // namespace lockgauge::machine
