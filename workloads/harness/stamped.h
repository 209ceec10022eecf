#ifndef LOCKGAUGE_WORKLOADS_HARNESS_STAMPED_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_STAMPED_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workloads/harness/scenario.h"
#include "workloads/measure/arrivals.h"
#include "workloads/measure/latencies.h"
#include "workloads/measure/stamps.h"

namespace lockgauge::harness {

// What a latency scenario says of itself, from what the scenario says whose
// operations it stamps.
ScenarioInfo stamped(ScenarioInfo info);

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
        own_(setup.threads()) {}

  void prepare(int thread) override {
    Base::prepare(thread);
    own_[thread] = std::make_unique<Own>();
    const double mean_ns = gap_ns_ * threads_;
    if (arrivals_ == "fixed") {
      own_[thread]->gaps = measure::Gaps::fixed(mean_ns);
    } else if (arrivals_ == "poisson") {
      own_[thread]->gaps = measure::Gaps::exponential(
          mean_ns, measure::Random(seed_, thread));
    }
    if (thread == 0) clock_read_ns_ = measure::clock_read_ns<P>();
  }

  void run(int thread, const Stop<P>& stop, measure::Tally& tally) override {
    Own& own = *own_[thread];
    if (own.gaps) {
      // The team's arrivals, not each thread's, are evenly spread.
      const auto offset_ns = static_cast<std::uint64_t>(gap_ns_ * thread);
      measure::OpenLoop<P> loop(*own.gaps, P::now_ns() + offset_ns);
      Base::operate(thread, stop, tally,
                    measure::Stamps<P, decltype(loop)>(loop, own.recorder));
      own.unserved = loop.due(P::now_ns());
    } else {
      measure::ClosedLoop<P> loop;
      Base::operate(thread, stop, tally,
                    measure::Stamps<P, decltype(loop)>(loop, own.recorder));
    }
  }

  void report(Findings& findings) override {
    Base::report(findings);
    std::uint64_t unserved = 0;
    for (const auto& own : own_) {
      findings.add(own->recorder.latencies());
      unserved += own->unserved;
    }
    findings.set("clock_read_ns", clock_read_ns_);
    if (own_.front()->gaps) {
      findings.set("unserved_count", static_cast<double>(unserved));
    }
  }

 private:
  // Made, and so first touched, by the thread itself. Measuring equipment: in
  // this program's memory also where the workload's is simulated.
  struct Own {
    measure::LatencyRecorder recorder;
    std::optional<measure::Gaps> gaps;  // nothing: closed loop
    std::uint64_t unserved = 0;
  };

  const std::string arrivals_;
  const double gap_ns_;  // between two of the team
  const int threads_;
  const std::uint64_t seed_;
  std::vector<std::unique_ptr<Own>> own_;
  double clock_read_ns_ = 0;
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_STAMPED_H_
