#include "workloads/machine/memory.h"

#include <hwloc.h>
#include <numa.h>
#include <numaif.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace lockgauge::machine {
namespace {

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

}  // namespace

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
