#ifndef LOCKGAUGE_WORKLOADS_HARNESS_LAYOUT_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workloads/machine/topology.h"

namespace lockgauge::harness {

// Where the threads of a team are: how far from each other.
class Layout {
 public:
  // `cpus`: the OS index for each thread.
  Layout(const machine::Topology& topology, const std::vector<int>& cpus)
      : threads_(static_cast<int>(cpus.size())) {
    for (const int one : cpus) {
      for (const int other : cpus) {
        distances_.push_back(
            machine::distance(*topology.find(one), *topology.find(other)));
      }
    }
  }

  int threads() const { return threads_; }

  // Threads on one CPU share its core.
  sim::Distance distance(int one, int other) const {
    return distances_[static_cast<std::size_t>(one) * threads_ + other];
  }

 private:
  const int threads_;
  std::vector<sim::Distance> distances_;
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_LAYOUT_H_
