#ifndef LOCKGAUGE_WORKLOADS_HARNESS_LAYOUT_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_LAYOUT_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "workloads/machine/topology.h"

namespace lockgauge::harness {

// Where the threads of a team are: how far from each other.
class Layout {
 public:
  // `cpus`: the OS index for each thread.
  Layout(const machine::Topology& topology, const std::vector<int>& cpus)
      : cpus_(cpus) {
    for (const int one : cpus) {
      for (const int other : cpus) {
        distances_.push_back(
            machine::distance(*topology.find(one), *topology.find(other)));
      }
    }
  }

  int threads() const { return static_cast<int>(cpus_.size()); }

  // Threads on one CPU share its core.
  sim::Distance distance(int one, int other) const {
    return distances_[static_cast<std::size_t>(one) * cpus_.size() + other];
  }

  // Whom thread 0 takes turns with to probe the machine: the first thread on
  // another core, or else on another CPU of the same one. Nobody if the team is
  // on one CPU.
  std::optional<std::size_t> probe_partner() const {
    std::optional<std::size_t> sibling;
    for (std::size_t other = 0; other < cpus_.size(); ++other) {
      if (distances_[other] != sim::Distance::kCore) return other;
      if (!sibling && cpus_[other] != cpus_.front()) sibling = other;
    }
    return sibling;
  }

 private:
  const std::vector<int> cpus_;
  std::vector<sim::Distance> distances_;
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_LAYOUT_H_
