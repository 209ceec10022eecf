#include "workloads/machine/affinity.h"

#include <hwloc.h>

#include <cerrno>
#include <system_error>

#include "workloads/machine/bitmap.h"

namespace lockgauge::machine {

std::string_view name(PinStatus status) {
  switch (status) {
    case PinStatus::kVerified:
      return "verified";
    case PinStatus::kUnsupported:
      return "unsupported";
    case PinStatus::kFailed:
      return "failed";
  }
  __builtin_unreachable();
}

PinStatus pin_this_thread(const Topology& topology, int os_cpu) {
  if (!topology.is_this_machine()) return PinStatus::kUnsupported;
  const Bitmap cpu = empty_bitmap();
  hwloc_bitmap_only(cpu.get(), static_cast<unsigned>(os_cpu));
  if (hwloc_set_cpubind(topology.handle(), cpu.get(),
                        HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT) != 0) {
    return errno == ENOSYS ? PinStatus::kUnsupported : PinStatus::kFailed;
  }
  return sched_getcpu() == os_cpu ? PinStatus::kVerified : PinStatus::kFailed;
}

void keep_off(const Topology& topology, std::thread::native_handle_type thread,
              const std::vector<int>& os_cpus) {
  if (!topology.is_this_machine()) return;
  const Bitmap all = empty_bitmap();
  for (const Cpu& cpu : topology.cpus()) {
    hwloc_bitmap_set(all.get(), static_cast<unsigned>(cpu.os_index));
  }
  const Bitmap rest(hwloc_bitmap_dup(all.get()));
  for (const int cpu : os_cpus) {
    hwloc_bitmap_clr(rest.get(), static_cast<unsigned>(cpu));
  }
  const bool none = hwloc_bitmap_iszero(rest.get());
  hwloc_set_thread_cpubind(topology.handle(), thread,
                           none ? all.get() : rest.get(), /*flags=*/0);
}

SavedAffinity::SavedAffinity() {
  if (sched_getaffinity(0, sizeof mask_, mask_.data()) != 0) {
    throw std::system_error(errno, std::generic_category(),
                            "sched_getaffinity");
  }
}

// Fails only if the cgroup has lost all these CPUs meanwhile; the kernel has
// then chosen a mask itself, and there is nothing left to give back.
SavedAffinity::~SavedAffinity() {
  sched_setaffinity(0, sizeof mask_, mask_.data());
}

}  // namespace lockgauge::machine
