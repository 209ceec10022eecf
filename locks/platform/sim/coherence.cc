#include "locks/platform/sim/coherence.h"

#include <algorithm>
#include <cmath>

namespace lockgauge::sim {
namespace {

Time to_ps(double ns) {
  return static_cast<Time>(std::llround(ns * static_cast<double>(kPsPerNs)));
}

}  // namespace

CostsPs::CostsPs(const Costs& costs, double slower_percent)
    : memory(to_ps(costs.memory_ns)) {
  const double factor = 1 + slower_percent / 100;
  hit = to_ps(costs.hit_ns * factor);
  store = to_ps(costs.store_ns * factor);
  rmw = to_ps(costs.rmw_ns * factor);
  pause = to_ps(costs.pause_ns * factor);
  clock = to_ps(costs.clock_ns * factor);
  work = to_ps(factor);
  std::transform(costs.transfer_ns.begin(), costs.transfer_ns.end(),
                 transfer.begin(), to_ps);
  std::transform(
      costs.transfer_ns.begin(), costs.transfer_ns.end(), upgrade.begin(),
      [&](double ns) { return to_ps(ns * costs.upgrade_percent / 100); });
}

Coherence::Coherence(const Description& description, std::uint64_t seed)
    : costs_(description.costs),
      cpu_count_(description.cpu_count()),
      within_(cpu_count_),
      jitter_per_mille_(static_cast<std::uint64_t>(
          std::llround(description.costs.jitter_percent * 10))),
      random_(seed) {
  for (std::uint32_t a = 0; a < cpu_count_; ++a) {
    for (std::uint32_t b = 0; b < cpu_count_; ++b) {
      distances_.push_back(description.distance(a, b));
      for (int i = static_cast<int>(distances_.back()); i < kDistances; ++i) {
        within_[a][i].set(b);
      }
    }
  }
}

Distance Coherence::nearest(const CpuSet& copies, std::uint32_t cpu) const {
  int i = 0;
  while ((copies & within_[cpu][i]).none()) ++i;
  return static_cast<Distance>(i);
}

Distance Coherence::farthest(const CpuSet& copies, std::uint32_t cpu) const {
  int i = 0;
  while ((copies & ~within_[cpu][i]).any()) ++i;
  return static_cast<Distance>(i);
}

Time Coherence::latency(const Line& line, std::uint32_t cpu, bool write) const {
  if (line.copies.none()) return costs_.memory;
  if (!write) {
    return costs_.transfer[static_cast<int>(nearest(line.copies, cpu))];
  }
  const auto& costs = line.copies[cpu] ? costs_.upgrade : costs_.transfer;
  return costs[static_cast<int>(farthest(line.copies, cpu))];
}

Time Coherence::with_jitter(Time latency) {
  if (jitter_per_mille_ == 0) return latency;
  const std::uint64_t per_mille =
      1000 - jitter_per_mille_ + random_() % (2 * jitter_per_mille_ + 1);
  return latency * per_mille / 1000;
}

Time Coherence::admit(Line& line, std::uint32_t cpu, bool write, Time issued) {
  const Time start = std::max(issued, line.free_at);
  line.counts.contended_ps += start - issued;
  line.free_at = start + latency(line, cpu, write);
  return start;
}

Time Coherence::take(Line& line, std::uint32_t cpu, bool write, Time start) {
  const Time done = start + with_jitter(latency(line, cpu, write));
  if (line.copies.none()) {
    ++line.counts.from_memory;
    line.exclusive = true;
  } else {
    const Distance distance =
        write ? farthest(line.copies, cpu) : nearest(line.copies, cpu);
    ++line.counts.transfers[static_cast<int>(distance)];
    line.exclusive = write;
  }
  if (write) {
    line.counts.invalidations += line.copies.count() - line.copies[cpu];
    line.copies.reset();
  }
  line.copies.set(cpu);
  line.free_at = std::max(line.free_at, done);
  return done;
}

}  // namespace lockgauge::sim
