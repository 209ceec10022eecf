#ifndef LOCKGAUGE_WORKLOADS_MACHINE_MEMORY_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_MEMORY_H_

#include <cstddef>
#include <filesystem>
#include <memory>

#include "workloads/machine/topology.h"

namespace lockgauge::machine {

enum class Touch {
  kNow,          // the constructor faults every page in
  kByFirstUser,  // left to whoever writes first
};

// Zeroed, page-aligned bytes that live on one NUMA node.
class NodeMemory {
 public:
  // `node` is a Cpu::node of `topology`. Where memory cannot be bound (no NUMA
  // system calls in a container, a topology of another machine) it is ordinary
  // memory and bound() is false. Throws std::bad_alloc. `bytes` > 0.
  NodeMemory(const Topology& topology, int node, std::size_t bytes,
             Touch touch);

  std::byte* data() const { return pages_.get(); }
  std::size_t size_bytes() const { return pages_.get_deleter().bytes; }

  // The kernel may take the pages from no other node.
  bool bound() const { return bound_; }

 private:
  struct Unmap {
    std::size_t bytes;
    void operator()(std::byte* pages) const;
  };

  std::unique_ptr<std::byte, Unmap> pages_;
  bool bound_;
};

// What this process may still take without being killed for it: free memory,
// or less if a cgroup says so.
std::size_t available_bytes(const std::filesystem::path& root = "/");

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_MEMORY_H_
