#include "workloads/harness/machine_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/platform/host/sanitizer.h"
#include "locks/platform/sim/description_file.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/qspinlock.h"
#include "workloads/machine/temporary_file.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

using machine::TemporaryFile;
using machine::Topology;

// Simulations run on fibers, which ThreadSanitizer does not know.
class Simulation : public testing::Test {
 protected:
  void SetUp() override {
    if (LOCKGAUGE_TSAN) GTEST_SKIP() << "no fibers under ThreadSanitizer";
  }
};

// One pair at each distance.
sim::Description with_all_distances() {
  return sim::from_shape({.packages = 2,
                          .nodes_per_package = 2,
                          .llcs_per_node = 2,
                          .cores_per_llc = 2,
                          .cpus_per_core = 2});
}

class TransferTest : public Simulation {
 protected:
  // The worst that a simulated ping-pong is off, of the distances that all take
  // `one_way_ns`.
  static double worst_error(double one_way_ns, double jitter_percent) {
    sim::Description machine = with_all_distances();
    machine.costs.jitter_percent = jitter_percent;
    machine.costs.transfer_ns.fill(transfer_ns(one_way_ns, machine.costs));
    double worst = 0;
    for (const Pairs& pairs : pairs_by_distance(machine, 1)) {
      const double simulated_ns =
          simulated_one_way_ns(machine, pairs[0][0], pairs[0][1]);
      worst = std::max(worst, std::abs(simulated_ns / one_way_ns - 1));
    }
    return worst;
  }
};

TEST_F(TransferTest, SimulatedPingPongTakesWhatTheRealOneTook) {
  for (const double one_way_ns : {15., 50., 120., 400.}) {
    for (const double jitter_percent : {0., 10., 30.}) {
      EXPECT_LT(worst_error(one_way_ns, jitter_percent), 0.02)
          << one_way_ns << " ns, jitter " << jitter_percent;
    }
  }
}

// The uncontended cost is rmw_ns + store_ns, as measure::UnitCosts splits it.
TEST_F(Simulation, UncontendedQspinlockTakesAnRmwAndAStore) {
  const sim::Description machine = with_all_distances();
  constexpr int kSections = 1000;
  sim::Machine simulation(machine, 1);
  auto& lock = simulation.make<Padded<Qspinlock<Sim>>>().value;
  std::uint64_t took_ns = 0;
  simulation.spawn(0, [&] {
    const Sim::Thread self;
    (void)lock.lock();  // the line comes from memory
    lock.unlock();
    const std::uint64_t begin_ns = Sim::now_ns();
    for (int i = 0; i < kSections; ++i) {
      (void)lock.lock();
      lock.unlock();
    }
    took_ns = Sim::now_ns() - begin_ns;
  });
  simulation.run();
  const double each_ns = machine.costs.rmw_ns + machine.costs.store_ns;
  EXPECT_NEAR(static_cast<double>(took_ns), each_ns * kSections,
              machine.costs.clock_ns + 1);
}

TEST(Pairs, AllOfSmallMachinesAndASpreadOfLargeOnes) {
  const auto pairs = pairs_by_distance(with_all_distances(), 20);
  EXPECT_EQ(pairs[0].size(), 16u);  // one for each core
  EXPECT_EQ(pairs[4].size(), 20u);
  EXPECT_EQ(pairs[4].front()[0], 0u);
  EXPECT_GT(pairs[4].back()[0], 16u);
  const auto one = pairs_by_distance(sim::from_shape({}), 20);
  for (const Pairs& none : one) EXPECT_TRUE(none.empty());
}

TEST_F(Simulation, ThisComputerIsMeasuredAndDescribed) {
  const auto topology = Topology::of_this_machine();
  const MeasuredMachine measured = measure_machine(topology);
  const std::string text = machine_file(measured);
  SCOPED_TRACE(text);
  const sim::Description read = sim::parse_description(text, "x");
  EXPECT_EQ(read.cpus, measured.description.cpus);
  EXPECT_EQ(read.cpu_count(), topology.cpus().size());
  const sim::Costs& costs = read.costs;
  EXPECT_NE(costs.hit_ns, sim::Costs{}.hit_ns);
  EXPECT_NE(costs.store_ns, sim::Costs{}.store_ns);
  EXPECT_NE(costs.rmw_ns, sim::Costs{}.rmw_ns);
  EXPECT_NE(costs.pause_ns, sim::Costs{}.pause_ns);
  EXPECT_NE(costs.clock_ns, sim::Costs{}.clock_ns);
  // The one test against what was measured, whatever that was.
  const auto pairs = pairs_by_distance(read, 1);
  for (int distance = 0; distance < sim::kDistances; ++distance) {
    EXPECT_EQ(pairs[distance].empty(), !measured.one_way_ns[distance]);
    if (pairs[distance].empty()) continue;
    const auto [ping, pong] = pairs[distance].front();
    EXPECT_NEAR(simulated_one_way_ns(read, ping, pong),
                *measured.one_way_ns[distance],
                *measured.one_way_ns[distance] * 0.05);
  }
}

TEST(MachineFile, SaysWhatIsDefaultAndWhoIsWho) {
  MeasuredMachine machine;
  machine.description = sim::from_shape({.cores_per_llc = 2});
  machine.os_indices = {3, 7};
  machine.defaults = {"memory_ns: because"};
  const std::string text = machine_file(machine);
  EXPECT_NE(text.find("#   memory_ns: because\n"), std::string::npos);
  EXPECT_NE(text.find("# CPUs 0-1 are the operating system's 3,7.\n"),
            std::string::npos);
  machine.os_indices = {0, 1};
  EXPECT_EQ(machine_file(machine).find("operating system's"),
            std::string::npos);
}

TEST(MachineFile, OfANamedMachineIsReadAgain) {
  const auto named = machine::resolve_machine("two_packages+rmw_ns=7");
  const std::string text = machine_file(named);
  EXPECT_EQ(text.substr(0, 24), "# two_packages+rmw_ns=7,");
  EXPECT_EQ(sim::parse_description(text, "x"), named.description);
}

TEST(MachineFile, IsWrittenOrSaysWhyNot) {
  const TemporaryFile file("here.machine", "");
  write_machine_file(file.path(), "text");
  std::string read;
  std::getline(std::ifstream(file.path()), read);
  EXPECT_EQ(read, "text");
  try {
    write_machine_file("/no/such/folder/x.machine", "text");
    FAIL() << "wrote it";
  } catch (const UsageError& error) {
    EXPECT_STREQ(
        error.what(),
        "--write-machine=/no/such/folder/x.machine: cannot be written");
  }
}

TEST(MeasuredMachine, OnlyThisComputerCanBe) {
  const auto other = Topology::from_synthetic("core:2 pu:2");
  EXPECT_THROW(measure_machine(other), UsageError);
}

}  // namespace
}  // namespace lockgauge::harness
