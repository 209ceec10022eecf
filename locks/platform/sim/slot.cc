#include "locks/platform/sim/slot.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "locks/platform/sim/machine.h"

namespace lockgauge::sim {
std::uint32_t Slots::take() {
  for (std::uint32_t slot = 0; slot < count_; ++slot) {
    if (taken_[slot]) continue;
    taken_.set(slot);
    limit_ = std::max(limit_, slot + 1);
    return slot;
  }
  throw std::runtime_error("more than " + std::to_string(count_) +
                           " threads: no execution slot left");
}

void Slots::restart() {
  taken_.reset();
  limit_ = 0;
  storage_.clear();
}

Thread::Thread() : task_(Machine::current().task()) {
  task_.slot = Machine::current().slots().take();
}

Thread::~Thread() {
  Machine::current().slots().give_back(task_.slot);
  task_.slot = Task::kNoSlot;
}

NmiScope::NmiScope() : depth_(Machine::current().task().nmi_depth) { ++depth_; }
NmiScope::~NmiScope() { --depth_; }

}  // namespace lockgauge::sim
