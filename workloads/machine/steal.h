#ifndef LOCKGAUGE_WORKLOADS_MACHINE_STEAL_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_STEAL_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace lockgauge::machine {

// Time since boot for which the hypervisor ran something else while one of
// these CPUs (OS indices) wanted to run, summed, in steps of one clock tick
// (10 ms). nullopt if the kernel does not say so of every one of them.
std::optional<std::uint64_t> steal_ns(const std::vector<int>& cpus,
                                      const std::filesystem::path& root = "/");

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_STEAL_H_
