#include "locks/platform/sim/interrupt.h"

#include "locks/platform/sim/cpu.h"
#include "locks/platform/sim/scheduler.h"

namespace lockgauge::sim {

void Interrupt::schedule(Time at) { scheduler_.schedule(*this, at); }

void Interrupt::schedule_next(Time now) { schedule(now + gaps_->next()); }

void Interrupt::fire(Time now) {
  if (!gaps_) return cpu_.raise(*this, now);
  if (scheduler_.hopeless()) return;
  schedule_next(now);
  cpu_.raise(*this, now);
}

}  // namespace lockgauge::sim
