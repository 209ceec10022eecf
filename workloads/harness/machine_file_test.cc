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

TEST_F(Simulation, ReproducesWhatItsCostsAreFittedTo) {
  sim::Description machine = with_all_distances();
  for (const Pairs& pairs : pairs_by_distance(machine, 1)) {
    const auto [ping, pong] = pairs.front();
    for (const double scale : {0.5, 4.}) {
      const double swapped_ns = 70 * scale;
      const double guarded_ns = 180 * scale;
      fit_transfer(machine, ping, pong, swapped_ns);
      fit_upgrade(machine, ping, pong, guarded_ns);
      const OneWays ways = simulated_one_ways_ns(machine, ping, pong);
      EXPECT_NEAR(ways.swapped, swapped_ns, swapped_ns * 0.02);
      EXPECT_NEAR(ways.guarded, guarded_ns, guarded_ns * 0.02);
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
    EXPECT_EQ(pairs[distance].empty(), !measured.one_ways_ns[distance]);
    if (pairs[distance].empty()) continue;
    const auto [ping, pong] = pairs[distance].front();
    const double swapped_ns = measured.one_ways_ns[distance]->swapped;
    EXPECT_NEAR(simulated_one_ways_ns(read, ping, pong).swapped, swapped_ns,
                swapped_ns * 0.05);
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
