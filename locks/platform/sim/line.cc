#include "locks/platform/sim/line.h"

#include <numeric>

namespace lockgauge::sim {

std::uint64_t LineCounts::all_transfers() const {
  return std::accumulate(transfers.begin(), transfers.end(), std::uint64_t{0});
}

LineCounts& LineCounts::operator+=(const LineCounts& other) {
  for (int i = 0; i < kDistances; ++i) transfers[i] += other.transfers[i];
  from_memory += other.from_memory;
  invalidations += other.invalidations;
  contended_ps += other.contended_ps;
  return *this;
}

const Line* LineTable::find_touched(std::uintptr_t number) const {
  const auto found = index_.find(number);
  return found == index_.end() ? nullptr : found->second;
}

Line& LineTable::find(std::uintptr_t number) {
  const auto [entry, is_new] = index_.try_emplace(number, nullptr);
  if (is_new) entry->second = &lines_.emplace_back(number);
  return *entry->second;
}

}  // namespace lockgauge::sim
