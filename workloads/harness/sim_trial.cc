#include "workloads/harness/sim_trial.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <new>
#include <set>
#include <vector>

#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "workloads/harness/measured_machine.h"
#include "workloads/harness/workload.h"

namespace lockgauge::harness {
namespace {

// job(thread) by a thread on each CPU, until all have ended or the clock is
// past `until_ns`.
class SimTeam {
 public:
  SimTeam(sim::Machine& machine, const std::vector<int>& cpus)
      : machine_(machine), cpus_(cpus) {}

  void start(const std::function<void(int)>& job) {
    ids_.clear();
    for (std::size_t i = 0; i < cpus_.size(); ++i) {
      const int thread = static_cast<int>(i);
      ids_.push_back(machine_.spawn(cpus_[i], [job, thread] {
        const Sim::Thread self;
        job(thread);
      }));
    }
  }
  void run(const std::function<void(int)>& job) {
    start(job);
    machine_.run();
  }

  // Of a thread of the job, from its start.
  measure::Usage usage(std::size_t thread) const {
    const sim::ThreadStatistics used = machine_.statistics(ids_[thread]);
    return {used.cpu_time_ns, static_cast<long>(used.voluntary_switches),
            static_cast<long>(used.involuntary_switches)};
  }
  // Taken from the CPUs so far.
  double steal_ns() const {
    const std::set<int> each(cpus_.begin(), cpus_.end());
    double sum_ns = 0;
    for (const int cpu : each) {
      sum_ns += static_cast<double>(machine_.steal_ns(cpu));
    }
    return sum_ns;
  }

 private:
  sim::Machine& machine_;
  const std::vector<int>& cpus_;
  std::vector<sim::ThreadId> ids_;
};

sim::LineCounts operator-(sim::LineCounts end, const sim::LineCounts& begin) {
  for (int i = 0; i < sim::kDistances; ++i) {
    end.transfers[i] -= begin.transfers[i];
  }
  end.from_memory -= begin.from_memory;
  end.invalidations -= begin.invalidations;
  end.contended_ps -= begin.contended_ps;
  return end;
}

void run_window(sim::Machine& machine, SimTeam& team, const TrialSpec& spec,
                Workload<Sim>& workload, TrialResult& result) {
  auto& stop = machine.make<Stop<Sim>>();
  const sim::Statistics before = machine.statistics();
  const double steal_before_ns = team.steal_ns();
  stop.set_begin(before.now_ns);
  team.start([&](int thread) {
    ThreadResult& own = result.threads[thread];
    workload.run(thread, stop, own.tally);
    own.last_cpu = static_cast<int>(Sim::cpu());
  });
  const auto window_ns = static_cast<std::uint64_t>(spec.duration.count());
  machine.run(before.now_ns + window_ns);
  const sim::Statistics after = machine.statistics();
  result.steal_ns = team.steal_ns() - steal_before_ns;
  for (std::size_t i = 0; i < result.threads.size(); ++i) {
    result.threads[i].usage = team.usage(i);
  }
  stop.request(after.now_ns);
  machine.run();
  result.elapsed_ns = static_cast<double>(window_ns);
  result.simulated = {after.lines - before.lines,
                      after.accesses - before.accesses};
}

}  // namespace

TrialResult run_sim_trial(const sim::Description& description,
                          const machine::Topology& topology,
                          const TrialSpec& spec) {
  TrialResult result;
  const auto& maker = spec.subject->sim;
  if (!maker) {
    result.skipped =
        fmt::format("{} is not lockgauge's own: cannot be simulated",
                    spec.subject->backend);
    return result;
  }
  if (!(result.skipped = unfit(spec)).empty()) return result;
  result.pinned = machine::PinStatus::kVerified;
  result.threads.resize(spec.cpus.size());
  for (std::size_t i = 0; i < spec.cpus.size(); ++i) {
    result.threads[i].cpu = spec.cpus[i];
  }

  const Layout layout(topology, spec.cpus);
  if (const auto partner = layout.probe_partner()) {
    const double one_way_ns =
        simulated_probe_ns(description, spec.cpus[0], spec.cpus[*partner]);
    result.core_to_core_before_ns = result.core_to_core_after_ns = one_way_ns;
  }
  result.preemption =
      description.scheduling.preemption == sim::Preemption::kUser ? "user"
                                                                  : "kernel";

  sim::Machine machine(description, spec.seed);
  SimTeam team(machine, spec.cpus);
  void* const memory = machine.allocate(maker->bytes, kCacheLineBytes);
  if (memory == nullptr) throw std::bad_alloc();
  Workload<Sim>* workload = nullptr;
  bool in_window = false;
  try {
    team.run([&](int thread) {
      if (thread != 0) return;
      workload = maker->make(memory, {spec.parameters, layout, spec.seed});
    });
    team.run([&](int thread) { workload->prepare(thread); });
    in_window = true;
    run_window(machine, team, spec, *workload, result);
    in_window = false;
    team.run([&](int thread) { workload->finish(thread); });
    team.run([&](int thread) {
      if (thread != 0) return;
      workload->report(result.findings);
      result.error = workload->check();
      std::destroy_at(workload);
    });
  } catch (const sim::Deadlock& deadlock) {
    (in_window && spec.subject->scenario->interrupts ? result.findings.hung
                                        : result.error) = deadlock.what();
  }
  return result;
}

}  // namespace lockgauge::harness
