#ifndef LOCKGAUGE_WORKLOADS_HARNESS_STAMPED_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_STAMPED_H_

#include <memory>
#include <string>
#include <vector>

#include "workloads/harness/scenario.h"
#include "workloads/measure/arrivals.h"
#include "workloads/measure/latencies.h"
#include "workloads/measure/stamps.h"

namespace lockgauge::harness {

// What a latency scenario says of itself, from what the scenario says whose
// operations it stamps.
ScenarioInfo stamped(ScenarioInfo info);

// What the threads of a team record, each on its own. Measuring equipment: in
// this program's memory also where the workload's is simulated.
template <class P>
class Recorders {
 public:
  explicit Recorders(int threads) : recorders_(threads) {}

  // By the thread itself, which so touches it first; before the window.
  void prepare(int thread) {
    recorders_[thread] = std::make_unique<measure::LatencyRecorder>();
    if (thread == 0) clock_read_ns_ = measure::clock_read_ns<P>();
  }
  measure::LatencyRecorder& operator[](int thread) {
    return *recorders_[thread];
  }
  // After it.
  void report(Findings& findings) {
    std::uint64_t preempted = 0;
    for (const auto& recorder : recorders_) {
      findings.add(recorder->latencies());
      preempted += recorder->preempted();
    }
    findings.set("clock_read_ns", clock_read_ns_);
    if ((*findings.latencies())[measure::Latency::kHold].count() == 0) return;
    findings.set("preempted_sections_count", static_cast<double>(preempted));
  }

 private:
  std::vector<std::unique_ptr<measure::LatencyRecorder>> recorders_;
  double clock_read_ns_ = 0;
};

// A latency scenario: `Base` is the workload whose operations are stamped, with
// a protected
//   template <class Stamps>
//   void operate(int thread, stop, tally, Stamps stamps)
// that its own run() calls with measure::NoStamps.
template <class Base, class P>
class Stamped : public Base {
 public:
  explicit Stamped(const Setup& setup)
      : Base(setup),
        arrivals_(setup.parameters.text("arrivals")),
        gap_ns_(1e9 / static_cast<double>(
                          setup.parameters.number("rate_per_s"))),
        threads_(setup.threads()),
        seed_(setup.seed),
        recorders_(setup.threads()),
        open_(setup.threads()) {}

  void prepare(int thread) override {
    Base::prepare(thread);
    recorders_.prepare(thread);
    const double mean_ns = gap_ns_ * threads_;
    const auto shape = arrivals_ == "poisson" ? measure::Shape::kExponential
                                              : measure::Shape::kFixed;
    if (arrivals_ != "closed") {
      // A stream that the workload does not draw from.
      const measure::Random random(seed_, 2 * threads_ + thread);
      open_[thread] = std::make_unique<Open>(
          measure::Lengths(shape, mean_ns, random));
    }
  }

  // Without stamps: what was recorded here would be reported.
  void warm_up(int thread, const Stop<P>& stop) override {
    measure::Tally ignored;
    Base::run(thread, stop, ignored);
  }

  void run(int thread, const Stop<P>& stop, measure::Tally& tally) override {
    if (Open* const open = open_[thread].get()) {
      // The team's arrivals, not each thread's, are evenly spread; and they
      // wait for no thread that comes late.
      const auto offset_ns = static_cast<std::uint64_t>(gap_ns_ * thread);
      measure::OpenLoop<P> loop(open->gaps, stop.begin_ns() + offset_ns);
      Base::operate(thread, stop, tally,
                    measure::Stamps<P, decltype(loop)>(loop,
                                                       recorders_[thread]));
      open->unserved = loop.due(stop.end_ns());
    } else {
      measure::ClosedLoop<P> loop;
      Base::operate(thread, stop, tally,
                    measure::Stamps<P, decltype(loop)>(loop,
                                                       recorders_[thread]));
    }
  }

  void report(Findings& findings) override {
    Base::report(findings);
    recorders_.report(findings);
    if (!open_.front()) return;
    std::uint64_t unserved = 0;
    for (const auto& open : open_) unserved += open->unserved;
    findings.set("unserved_count", static_cast<double>(unserved));
  }

 private:
  struct Open {
    explicit Open(const measure::Lengths& drawn) : gaps(drawn) {}

    const measure::Lengths gaps;
    std::uint64_t unserved = 0;
  };

  const std::string arrivals_;
  const double gap_ns_;  // between two of the team
  const int threads_;
  const std::uint64_t seed_;
  Recorders<P> recorders_;
  std::vector<std::unique_ptr<Open>> open_;  // null: closed loop
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_STAMPED_H_
