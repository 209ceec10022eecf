#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_COHERENCE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_COHERENCE_H_

#include <cstdint>
#include <random>
#include <vector>

#include "locks/platform/sim/description.h"
#include "locks/platform/sim/line.h"

namespace lockgauge::sim {

// Costs of a machine in picoseconds.
struct CostsPs {
  // What happens on the core itself takes `slower_percent` longer.
  explicit CostsPs(const Costs& costs, double slower_percent = 0);

  Time hit, store, rmw, memory, pause, clock;
  Time work;  // of a nanosecond
  std::array<Time, kDistances> transfer;
  std::array<Time, kDistances> upgrade;  // of a line that is there already
};

// Who has which line, and what it takes to get it: an invalidation protocol
// with a directory that serves the requests for a line one after the other.
//
//   load         from the nearest CPU with a copy; all keep theirs.
//   store, RMW   takes the copies of all others away and is done when the
//                farthest of them has answered, sooner if the line is there
//                already; an RMW counts as a write also where it changes
//                nothing.
//
// A request travels for half of a transfer, the line for the other half. Until
// a request is there, whoever has the line goes on using it; requests that meet
// others line up, and set out for the line when it is at its new place.
//
//   issued      admit()                                take()           done
//   |--request--|--waits for those before--|--request--|------line------|
class Coherence {
 public:
  Coherence(const Description& description, std::uint64_t seed);

  const CostsPs& costs() const { return costs_; }

  // How long a request of `cpu` is on its way.
  Time request_time(const Line& line, std::uint32_t cpu, bool write) {
    return with_jitter(latency(line, cpu, write)) / 2;
  }

  // A request of `cpu` issued at `issued` joins the others for the line.
  // Answers when its transfer starts: `issued` if there are no others.
  Time admit(Line& line, std::uint32_t cpu, bool write, Time issued);

  // A transfer that started at `start` reaches the line: gives `cpu` a copy, or
  // with `write` the only one. Answers when the CPU has it.
  Time take(Line& line, std::uint32_t cpu, bool write, Time start);

 private:
  Distance distance(std::uint32_t a, std::uint32_t b) const {
    return distances_[a * cpu_count_ + b];
  }
  Distance nearest(const CpuSet& copies, std::uint32_t cpu) const;
  Distance farthest(const CpuSet& copies, std::uint32_t cpu) const;
  Time latency(const Line& line, std::uint32_t cpu, bool write) const;
  Time with_jitter(Time latency);

  const CostsPs costs_;
  const std::uint32_t cpu_count_;
  std::vector<Distance> distances_;
  // For each CPU, those that are at most so far away.
  std::vector<std::array<CpuSet, kDistances>> within_;
  const std::uint64_t jitter_per_mille_;
  std::mt19937_64 random_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_COHERENCE_H_
