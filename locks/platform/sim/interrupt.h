#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_INTERRUPT_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_INTERRUPT_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "locks/platform/sim/event_queue.h"
#include "locks/platform/sim/random_gaps.h"

namespace lockgauge::sim {

class Cpu;
class Scheduler;

// What became of a CPU's interrupts.
struct InterruptCounts {
  std::uint64_t handled = 0;
  std::uint64_t dropped = 0;  // no thread with a slot, or one pending

  bool operator==(const InterruptCounts&) const = default;
};

// A source of NMI-like interrupts of one CPU: nothing masks it but its own
// handler. As in hardware one interrupt can be pending, another is lost.
class Interrupt final : public Event {
 public:
  // Happens once, or with `gaps` again and again while any thread can go on.
  Interrupt(Scheduler& scheduler, Cpu& cpu, std::function<void()> handler,
            std::optional<RandomGaps> gaps)
      : Event(nullptr, /*recurs=*/gaps.has_value()),
        scheduler_(scheduler),
        cpu_(cpu),
        handler_(std::move(handler)),
        gaps_(std::move(gaps)) {}

  void schedule(Time at);
  // After a gap from `now`. REQUIRES: there are gaps.
  void schedule_next(Time now);
  void fire(Time now) override;

  // The CPU's: see Cpu::raise() and Cpu::handle().
  bool pending = false;
  bool in_handler = false;
  void handle() { handler_(); }

 private:
  Scheduler& scheduler_;
  Cpu& cpu_;
  const std::function<void()> handler_;
  std::optional<RandomGaps> gaps_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_INTERRUPT_H_
