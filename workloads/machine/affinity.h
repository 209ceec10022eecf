#ifndef LOCKGAUGE_WORKLOADS_MACHINE_AFFINITY_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_AFFINITY_H_

#include <sched.h>

#include <array>
#include <string_view>
#include <thread>
#include <vector>

#include "workloads/machine/topology.h"

namespace lockgauge::machine {

enum class PinStatus {
  kVerified,     // the thread has been seen running there
  kUnsupported,  // not this machine's topology, or a system without binding
  kFailed,       // refused, or running elsewhere in spite of it
};

std::string_view name(PinStatus status);

// Pins the calling thread to one CPU.
PinStatus pin_this_thread(const Topology& topology, int os_cpu);

// Leaves a thread the CPUs of the topology but `os_cpus`; all of them if no
// other is left. Where binding is not supported it stays as it is.
void keep_off(const Topology& topology, std::thread::native_handle_type thread,
              const std::vector<int>& os_cpus);

// Gives the calling thread its affinity mask back. Must die on the thread that
// created it.
class SavedAffinity {
 public:
  SavedAffinity();
  ~SavedAffinity();
  SavedAffinity(const SavedAffinity&) = delete;
  SavedAffinity& operator=(const SavedAffinity&) = delete;

 private:
  // 8192 CPUs, the most a kernel can be built for; a mask shorter than the
  // kernel's makes sched_getaffinity fail.
  std::array<cpu_set_t, 8> mask_{};
};

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_AFFINITY_H_
