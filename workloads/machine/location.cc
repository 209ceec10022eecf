#include "workloads/machine/location.h"

#include <fmt/format.h>
#include <hwloc.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "workloads/machine/bitmap.h"
#include "workloads/machine/index_range.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

constexpr std::string_view kValid =
    "valid are CPU lists (0,2-5), masks (0x3), all, and hwloc objects "
    "(core:0-1, package:0.core:1, numa:1, pu:3)";

[[noreturn]] void refuse(std::string_view term, std::string_view why) {
  throw UsageError(fmt::format("CPU location '{}': {}", term, why));
}

// The parts of `text` between any of `separators`, empty ones included.
std::vector<std::string_view> split(std::string_view text,
                                    std::string_view separators) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end =
        std::min(text.find_first_of(separators, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string list(hwloc_const_bitmap_t cpus) {
  char* text = nullptr;
  hwloc_bitmap_list_asprintf(&text, cpus);
  std::string list(text);
  std::free(text);
  return list;
}

hwloc_obj_t root(const Topology& topology) {
  return hwloc_get_root_obj(topology.handle());
}

Bitmap read_cpu_list(const char* path) {
  std::string line;
  Bitmap cpus = empty_bitmap();
  if (!std::getline(std::ifstream(path), line) ||
      hwloc_bitmap_list_sscanf(cpus.get(), line.c_str()) != 0) {
    return nullptr;
  }
  return cpus;
}

std::string_view why_unusable(const Topology& topology, int os_index) {
  const auto cpu = static_cast<unsigned>(os_index);
  if (!topology.is_this_machine()) {
    return hwloc_bitmap_isset(root(topology)->complete_cpuset, cpu)
               ? "is offline or not allowed there"
               : "does not exist";
  }
  // hwloc forgets what it may not use, the kernel does not.
  const Bitmap present = read_cpu_list("/sys/devices/system/cpu/present");
  const Bitmap online = read_cpu_list("/sys/devices/system/cpu/online");
  if (!present || !online) return "does not exist or is not allowed";
  if (!hwloc_bitmap_isset(present.get(), cpu)) return "does not exist";
  if (!hwloc_bitmap_isset(online.get(), cpu)) return "is offline";
  return "is not allowed here (affinity mask or cgroup)";
}

void add_cpu(const Topology& topology, std::string_view term, int os_index,
             hwloc_bitmap_t chosen) {
  if (!topology.find(os_index)) {
    refuse(term, fmt::format("CPU {} {}; valid are {}", os_index,
                             why_unusable(topology, os_index),
                             list(root(topology)->cpuset)));
  }
  hwloc_bitmap_set(chosen, static_cast<unsigned>(os_index));
}

void add_list(const Topology& topology, std::string_view term,
              hwloc_bitmap_t chosen) {
  const auto range = parse_index_range(term);
  if (!range || range->count == IndexRange::kToTheEnd || range->wraps) {
    refuse(term, kValid);
  }
  for (int i = 0; i < range->count; ++i) {
    add_cpu(topology, term, range->first + i, chosen);
  }
}

void add_mask(const Topology& topology, std::string_view mask,
              hwloc_bitmap_t chosen) {
  const Bitmap named = empty_bitmap();
  if (hwloc_bitmap_sscanf(named.get(), std::string(mask).c_str()) != 0 ||
      hwloc_bitmap_last(named.get()) < 0) {  // empty, or endless
    refuse(mask, kValid);
  }
  for (int cpu = hwloc_bitmap_first(named.get()); cpu >= 0;
       cpu = hwloc_bitmap_next(named.get(), cpu)) {
    add_cpu(topology, mask, cpu, chosen);
  }
}

std::string types_here(const Topology& topology) {
  std::vector<std::string> types;
  const auto add = [&](hwloc_obj_t object) {
    char type[32];
    hwloc_obj_type_snprintf(type, sizeof type, object, 0);
    types.push_back(type);
  };
  const int depth = hwloc_topology_get_depth(topology.handle());
  for (int level = 0; level < depth; ++level) {
    add(hwloc_get_obj_by_depth(topology.handle(), level, 0));
  }
  add(hwloc_get_obj_by_type(topology.handle(), HWLOC_OBJ_NUMANODE, 0));
  return fmt::format("{}", fmt::join(types, ", "));
}

// hwloc takes "core1" and "core[big]" for "core"; only caches and groups have
// a number in their name.
bool is_type_name(std::string_view text, hwloc_obj_type_t type) {
  const bool numbered =
      hwloc_obj_type_is_cache(type) || type == HWLOC_OBJ_GROUP;
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return std::isalpha(c) || (numbered && std::isdigit(c));
  });
}

// Only levels that hold CPUs can name CPUs.
int depth_of(const Topology& topology, std::string_view term,
             std::string_view text) {
  hwloc_obj_type_t type;
  int depth = HWLOC_TYPE_DEPTH_UNKNOWN;
  if (hwloc_type_sscanf_as_depth(std::string(text).c_str(), &type,
                                 topology.handle(), &depth) != 0 ||
      !is_type_name(text, type) ||
      (depth < 0 && depth != HWLOC_TYPE_DEPTH_NUMANODE)) {
    refuse(term, fmt::format("no '{}' here; valid types are {}", text,
                             types_here(topology)));
  }
  return depth;
}

std::vector<hwloc_obj_t> inside(const Topology& topology, hwloc_obj_t outer,
                                int depth) {
  std::vector<hwloc_obj_t> objects;
  for (hwloc_obj_t object = nullptr; (object = hwloc_get_next_obj_by_depth(
                                          topology.handle(), depth, object));) {
    if (hwloc_bitmap_isincluded(object->cpuset, outer->cpuset) &&
        hwloc_bitmap_isincluded(object->nodeset, outer->nodeset)) {
      objects.push_back(object);
    }
  }
  return objects;
}

// One "type:range" below each of `outer`.
std::vector<hwloc_obj_t> descend(const Topology& topology,
                                 std::string_view term, std::string_view step,
                                 const std::vector<hwloc_obj_t>& outer) {
  const std::size_t colon = step.find(':');
  if (colon == step.npos) refuse(term, kValid);
  const std::string_view type = step.substr(0, colon);
  const std::string_view numbers = step.substr(colon + 1);
  const auto range = parse_index_range(numbers);
  if (!range) {
    refuse(term, fmt::format("'{}' is no range; valid are N, N-M, N-, N:COUNT, "
                             "all, odd, even",
                             numbers));
  }
  const int depth = depth_of(topology, term, type);
  std::vector<hwloc_obj_t> chosen;
  for (hwloc_obj_t object : outer) {
    const auto here = inside(topology, object, depth);
    const int size = static_cast<int>(here.size());
    const auto wanted = indices(*range, size);
    if (wanted.empty() && size == 0) {
      refuse(term, fmt::format("no {} lies inside one {}", type,
                               hwloc_obj_type_string(object->type)));
    }
    if (wanted.empty()) {
      refuse(term, fmt::format("no {0}:{1} there; valid are the indices 0-{2}",
                               type, numbers, size - 1));
    }
    for (int index : wanted) chosen.push_back(here[index]);
  }
  return chosen;
}

void add_objects(const Topology& topology, std::string_view term,
                 hwloc_bitmap_t chosen) {
  std::vector<hwloc_obj_t> objects = {root(topology)};
  for (std::string_view step : split(term, ".")) {
    objects = descend(topology, term, step, objects);
  }
  for (hwloc_obj_t object : objects) {
    if (hwloc_bitmap_iszero(object->cpuset)) {
      refuse(term, "has memory but no CPU");
    }
    hwloc_bitmap_or(chosen, chosen, object->cpuset);
  }
}

void add_kind(const Topology& topology, std::string_view term,
              hwloc_bitmap_t chosen) {
  bool found = false;
  for (const Cpu& cpu : topology.cpus()) {
    if (cpu.kind < 0 || term != fmt::format("kind:{}", cpu.kind)) continue;
    found = true;
    hwloc_bitmap_set(chosen, static_cast<unsigned>(cpu.os_index));
  }
  if (!found) refuse(term, "no CPU is known to be of this kind");
}

void add_term(const Topology& topology, std::string_view term,
              hwloc_bitmap_t chosen) {
  if (term == "all") {
    hwloc_bitmap_or(chosen, chosen, root(topology)->cpuset);
  } else if (term.front() >= '0' && term.front() <= '9') {
    add_list(topology, term, chosen);
  } else if (term.starts_with("kind:")) {
    add_kind(topology, term, chosen);
  } else {
    add_objects(topology, term, chosen);
  }
}

}  // namespace

std::vector<int> parse_location(const Topology& topology,
                                std::string_view location) {
  const Bitmap chosen = empty_bitmap();
  if (location.starts_with("0x")) {
    add_mask(topology, location, chosen.get());  // has commas of its own
  } else {
    for (std::string_view term : split(location, ", ")) {
      if (term.empty()) refuse(location, kValid);
      add_term(topology, term, chosen.get());
    }
  }
  std::vector<int> os_indices;
  for (const Cpu& cpu : topology.cpus()) {
    if (hwloc_bitmap_isset(chosen.get(), static_cast<unsigned>(cpu.os_index))) {
      os_indices.push_back(cpu.os_index);
    }
  }
  return os_indices;
}

std::vector<int> default_location(const Topology& topology) {
  int best = -1;
  for (const Cpu& cpu : topology.cpus()) best = std::max(best, cpu.kind);
  std::vector<int> os_indices;
  for (const Cpu& cpu : topology.cpus()) {
    if (cpu.kind == best) os_indices.push_back(cpu.os_index);
  }
  return os_indices;
}

}  // namespace lockgauge::machine
