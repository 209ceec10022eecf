#ifndef LOCKGAUGE_WORKLOADS_KERNEL_CASES_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_CASES_H_

#include <string_view>
#include <vector>

#include "workloads/harness/scenario.h"

namespace lockgauge::kernel {

// Backends. Storage has one more, which depends on the kernel.
inline constexpr std::string_view kNoLock = "kernel:no_lock";
inline constexpr std::string_view kSpinLock = "kernel:spin_lock";
inline constexpr std::string_view kResSpinLock = "kernel:res_spin_lock";

// What can be asked of a kernel whose storage is `storage_backend`, whether or
// not this one allows it. They have no makers: the work is done by programs
// inside the kernel (recipe.h).
std::vector<harness::Case> cases(std::string_view storage_backend);

}  // namespace lockgauge::kernel

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_CASES_H_
