#ifndef LOCKGAUGE_WORKLOADS_MEASURE_PREEMPTION_WATCH_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_PREEMPTION_WATCH_H_

#include <sys/rseq.h>

#include <cstdint>

namespace lockgauge::measure {

// Whether the calling thread was interrupted and lost its CPU since begin(), for
// half a nanosecond where a system call would take three hundred: a thread may
// tell the kernel that it is in a restartable sequence, and the kernel takes
// that word back when it takes the CPU from it outside of the sequence. Ours is
// empty, so it always is outside, and all that happens is that the word is gone
// (rseq(2), rseq_cs). A signal takes it back, too. Going to sleep in a system
// call need not (Linux 7), and the hypervisor's taking of a CPU does not.
class PreemptionWatch {
 public:
  void begin() { *word() = reinterpret_cast<std::uintptr_t>(&kNowhere); }
  bool preempted() const { return *word() == 0; }

 private:
  // What the kernel asks of a sequence: a place to go on from, which is never
  // gone to, after the signature that this process has registered.
  struct Landing {
    std::uint32_t signature = RSEQ_SIG;
    std::uint32_t place = 0;
  };
  // As struct rseq_cs of the kernel's rseq.h, whose form varies.
  struct alignas(32) Sequence {
    std::uint32_t version = 0;
    std::uint32_t flags = 0;
    std::uint64_t start = reinterpret_cast<std::uintptr_t>(&kLanding);
    std::uint64_t bytes = 0;
    std::uint64_t abort = reinterpret_cast<std::uintptr_t>(&kLanding.place);
  };
  static const Landing kLanding;
  static const Sequence kNowhere;

  static volatile std::uint64_t* word() {
    auto* const area = reinterpret_cast<struct rseq*>(
        static_cast<char*>(__builtin_thread_pointer()) + __rseq_offset);
    return reinterpret_cast<volatile std::uint64_t*>(&area->rseq_cs);
  }
};

inline const PreemptionWatch::Landing PreemptionWatch::kLanding{};
inline const PreemptionWatch::Sequence PreemptionWatch::kNowhere{};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_PREEMPTION_WATCH_H_
