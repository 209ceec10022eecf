#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_DATA_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_DATA_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "workloads/scenarios/handoff.h"

namespace lockgauge::scenario {

// What a section's data adds to a hand-over: the lines that it writes come from
// whoever wrote them last, after the lock has. Data on the lock's own line
// comes along with it, and makes every waiter's look at the lock a disturbance
// of the holder's work. A lock on another node than its users is far from all
// of them; its data stays with the first thread.
struct handoff_data {
  static harness::ScenarioInfo info() {
    harness::ScenarioInfo info = handoff::info();
    info.name = "handoff_data";
    info.summary = "handoff whose sections write lines of data";
    std::erase_if(info.parameters, [](const harness::Parameter& parameter) {
      return parameter.name == "stall_ns";
    });
    info.parameters.push_back(
        {.name = "lines",
         .defaults = {"0", "1", "8", "private-8", "beside-0"},
         .help = "lines written in a section, shared by all; private-N: of the "
                 "thread alone; beside-N: shared, and what counts the sections "
                 "is on the lock's line",
         .max = 1024,
         .forms = {{"private", 1}, {"beside"}}});
    info.parameters.push_back(
        {.name = "home",
         .defaults = {"0"},
         .help = "the lock's NUMA node: so many on from the first thread's",
         .max = 1023});
    return info;
  }

  template <Backend B>
  class Run : public handoff::Run<B> {
    using Base = handoff::Run<B>;
    using P = typename B::Platform;
    using Line = Padded<typename P::template Atomic<std::uint64_t>>;

   public:
    explicit Run(const harness::Setup& setup)
        : Base(setup, /*stall_ns=*/0,
               setup.parameters.form("lines") == "beside" ? Base::Beside::kYes
                                                          : Base::Beside::kNo),
          count_(setup.parameters.number("lines")),
          own_(setup.parameters.form("lines") == "private" ? count_ : 0),
          lines_(own_ > 0 ? own_ * setup.threads() : count_) {}

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      Line* const begin = lines_.data() + own_ * thread;
      Line* const end = begin + count_;
      std::uint64_t section = 0;
      this->operate(thread, stop, tally, measure::NoStamps(), [=]() mutable {
        ++section;
        for (Line* line = begin; line != end; ++line) {
          line->value.store(section, std::memory_order_relaxed);
        }
      });
    }

   private:
    const std::size_t count_;
    const std::size_t own_;  // from one thread's lines to the next one's
    Vector<P, Line> lines_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_DATA_H_
