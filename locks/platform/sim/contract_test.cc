// What every backend promises (locks/contract.h), on simulated CPUs, where
// threads meet in ways a host seldom shows.

#include "locks/contract.h"

#include "locks/platform/sim/backends.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::contract {
namespace {

class OnSim {
 public:
  using Platform = Sim;
  static constexpr int kThreads = 8;
  static constexpr int kSections = 300;

  template <class Body>
  void run(int n, Body body) {
    for (int i = 0; i < n; ++i) {
      machine_.spawn(i, [body, i] {
        const Sim::Thread self;
        body(i);
      });
    }
    machine_.run();
  }

  template <class T>
  T& make() {
    return machine_.make<Padded<T>>().value;
  }

  void linger(int i) { machine_.work_ns((i * 37) % 200); }

 private:
  sim::Machine machine_{sim::two_packages(), 1};
};

using Everybody = Cases<OnSim, sim::Backends>;
using Excluding = Cases<OnSim, Filter<sim::Backends, Excludes>>;
using Failing = Cases<OnSim, Filter<sim::Backends, Fails>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Sim, Contract, Everybody, Name);
INSTANTIATE_TYPED_TEST_SUITE_P(Sim, Exclusion, Excluding, Name);
INSTANTIATE_TYPED_TEST_SUITE_P(Sim, Failure, Failing, Name);

}  // namespace
}  // namespace lockgauge::contract
