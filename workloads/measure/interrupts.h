#ifndef LOCKGAUGE_WORKLOADS_MEASURE_INTERRUPTS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_INTERRUPTS_H_

#include <setjmp.h>
#include <signal.h>
#include <time.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "locks/platform/host/host.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "workloads/measure/random.h"

namespace lockgauge::measure {

// Interrupts of the thread that makes it, `every_ns` apart on average, at
// random moments: a regular timer would fall into step with what it interrupts.
// handler() runs as an NMI-like context of the thread, inside a read section,
// and must take none itself. Between begin() and end(), on that thread; once.
// Goes away on that thread too: its signals may still be on their way.
//
// On the host a signal from a timer. A handler that has not ended when patience
// has is taken for one that waits for what it interrupted: it is given up where
// it stands, and no other comes.
class HostInterrupts {
 public:
  // Longer than any rqspinlock waits.
  static constexpr std::uint64_t kPatience_ns = 2'000'000'000;

  // `number` of the thread in its team. Throws std::system_error where there
  // is no timer.
  HostInterrupts(std::uint64_t every_ns, std::uint64_t seed, int number,
                 std::function<void()> handler,
                 std::uint64_t patience_ns = kPatience_ns);
  ~HostInterrupts();
  HostInterrupts(const HostInterrupts&) = delete;
  HostInterrupts& operator=(const HostInterrupts&) = delete;

  // Neither calls the system.
  void begin() { open_ = 1; }
  void end() {
    over_ = 1;
    open_ = 0;
  }

  // A handler was given up. What it was about to change is not to be touched
  // again: nobody knows how far it got.
  bool hung() const { return hung_ != 0; }

 private:
  static void on_interrupt(int, siginfo_t* info, void*);
  static void on_watchdog(int, siginfo_t* info, void*);
  void handle();
  void arm_next();

  const std::uint64_t every_ns_;
  const std::function<void()> handler_;
  const std::uint64_t patience_ns_;
  Random random_;
  timer_t timer_{};
  timer_t watchdog_{};
  sigjmp_buf escape_{};
  volatile sig_atomic_t open_ = 0;
  volatile sig_atomic_t over_ = 0;
  volatile sig_atomic_t handling_ = 0;
  volatile sig_atomic_t hung_ = 0;
};

template <class P>
class Interrupts : public HostInterrupts {
 public:
  using HostInterrupts::HostInterrupts;
};

// Simulated ones cost what the handler does. One that waits for ever ends the
// whole simulation (sim::Deadlock).
template <>
class Interrupts<Sim> {
 public:
  Interrupts(std::uint64_t every_ns, std::uint64_t, int,
             std::function<void()> handler)
      : every_ns_(every_ns),
        handler_(std::make_shared<std::function<void()>>(std::move(handler))) {}

  void begin() {
    // The machine keeps its interrupts for as long as it runs.
    sim::Machine::current().interrupt_randomly(
        Sim::cpu(), every_ns_, [handler = handler_, slot = Sim::slot()] {
          if (!*handler || Sim::slot() != slot) return;
          Sim::rcu_read_lock();
          (*handler)();
          Sim::rcu_read_unlock();
        });
  }
  void end() { *handler_ = nullptr; }
  bool hung() const { return false; }

 private:
  const std::uint64_t every_ns_;
  const std::shared_ptr<std::function<void()>> handler_;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_INTERRUPTS_H_
