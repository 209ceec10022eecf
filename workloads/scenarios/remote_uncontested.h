#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_REMOTE_UNCONTESTED_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_REMOTE_UNCONTESTED_H_

#include "workloads/harness/stamped.h"
#include "workloads/scenarios/handoff.h"

namespace lockgauge::scenario {

// A free lock that another CPU let go last: its line is there, and nobody else
// wants it. Threads of handoff take their sections in turn around a ring; whose
// turn it is goes over a line of its own, outside the time that is measured.
// How far it is to the one before is in the columns of hand-overs.
struct remote_uncontested {
  static harness::ScenarioInfo info() {
    harness::ScenarioInfo info = handoff::info();
    info.name = "remote_uncontested";
    info.summary = "take a lock that is free, but last held by another CPU";
    info.threads = {"1", "2"};
    return info;
  }

  template <Backend B>
  class Run : public handoff::Run<B> {
    using P = typename B::Platform;
    using Ring = measure::Ring<P>;

   public:
    explicit Run(const harness::Setup& setup)
        : handoff::Run<B>(setup),
          threads_(setup.threads()),
          recorders_(setup.threads()) {}

    void prepare(int thread) override { recorders_.prepare(thread); }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      Ring ring(turn_.value, thread, threads_);
      this->operate(thread, stop, tally,
                    measure::Stamps<P, Ring>(ring, recorders_[thread]));
    }

    void report(harness::Findings& findings) override {
      recorders_.report(findings);
    }

   private:
    const int threads_;
    harness::Recorders<P> recorders_;
    Padded<typename Ring::Turn> turn_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_REMOTE_UNCONTESTED_H_
