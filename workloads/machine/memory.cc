#include "workloads/machine/memory.h"

#include <hwloc.h>
#include <numa.h>
#include <numaif.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <new>
#include <string>

namespace lockgauge::machine {
namespace {

namespace fs = std::filesystem;

std::byte* map_pages(std::size_t bytes) {
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(pages);
}

// mbind itself rather than numa_alloc_onnode, which hides its failure.
bool bind_to_node(const Topology& topology, int node, std::byte* pages,
                  std::size_t bytes) {
  if (!topology.is_this_machine() || numa_available() < 0) return false;
  hwloc_obj_t object = hwloc_get_obj_by_type(
      topology.handle(), HWLOC_OBJ_NUMANODE, static_cast<unsigned>(node));
  if (!object) return false;
  bitmask* nodes = numa_allocate_nodemask();
  numa_bitmask_setbit(nodes, object->os_index);
  const bool bound = mbind(pages, bytes, MPOL_BIND, nodes->maskp,
                           nodes->size + 1, MPOL_MF_STRICT) == 0;
  numa_free_nodemask(nodes);
  return bound;
}

void touch_pages(std::byte* pages, std::size_t bytes) {
  const auto page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  for (std::size_t at = 0; at < bytes; at += page_bytes) {
    const_cast<volatile std::byte&>(pages[at]) = std::byte{0};
  }
}

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// /proc/meminfo's MemAvailable, which counts caches that can be dropped.
std::size_t free_bytes(const fs::path& root) {
  std::ifstream file(root / "proc/meminfo");
  std::string key;
  for (std::size_t value = 0; file >> key; file.ignore(256, '\n')) {
    if (key == "MemAvailable:" && file >> value) return value << 10;
  }
  return 0;
}

// Version 2; "max" is no number and no limit.
std::size_t cgroup_bytes(const fs::path& cgroup) {
  std::size_t limit = 0;
  std::size_t used = 0;
  if (!(std::ifstream(cgroup / "memory.max") >> limit)) return kNoLimit;
  std::ifstream(cgroup / "memory.current") >> used;
  return limit - std::min(used, limit);
}

}  // namespace

std::size_t available_bytes(const fs::path& root) {
  std::size_t available = free_bytes(root);
  std::string path;  // "0::/user.slice/..."
  std::getline(std::ifstream(root / "proc/self/cgroup"), path);
  const fs::path mount = root / "sys/fs/cgroup";
  fs::path cgroup = path.starts_with("0::/") ? path.substr(4) : "";
  for (;; cgroup = cgroup.parent_path()) {
    available = std::min(available, cgroup_bytes(mount / cgroup));
    if (cgroup.empty()) return available;
  }
}

NodeMemory::NodeMemory(const Topology& topology, int node, std::size_t bytes,
                       Touch touch)
    : pages_(map_pages(bytes), Unmap{bytes}),
      bound_(bind_to_node(topology, node, pages_.get(), bytes)) {
  if (touch == Touch::kNow) touch_pages(pages_.get(), bytes);
}

void NodeMemory::Unmap::operator()(std::byte* pages) const {
  munmap(pages, bytes);
}

}  // namespace lockgauge::machine
