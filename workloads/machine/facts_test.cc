#include "workloads/machine/facts.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace lockgauge::machine {
namespace {

namespace fs = std::filesystem;

constexpr const char* kXeonGuest =
    "processor\t: 0\n"
    "cpu family\t: 6\n"
    "model\t\t: 85\n"
    "model name\t: Intel(R) Xeon(R) Gold 6242 CPU @ 2.80GHz\n"
    "stepping\t: 7\n"
    "microcode\t: 0x5003604\n"
    "flags\t\t: fpu vme hypervisor\n"
    "\n"
    "processor\t: 1\n"
    "model name\t: Another\n";

// A machine made of files.
class FactsTest : public testing::Test {
 protected:
  ~FactsTest() override { fs::remove_all(root_); }

  void write(const fs::path& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }

  std::string fact(const std::string& name) {
    for (const Fact& fact : machine_facts(root_)) {
      if (fact.name == name) return fact.value;
    }
    return "no such fact";
  }

  const fs::path root_ =
      fs::path(testing::TempDir()) / ("facts_test." + std::to_string(getpid()));
};

TEST_F(FactsTest, TheProcessor) {
  write("proc/cpuinfo", kXeonGuest);
  EXPECT_EQ(fact("cpu_model"), "Intel(R) Xeon(R) Gold 6242 CPU @ 2.80GHz");
  EXPECT_EQ(fact("cpu_family"), "6");
  EXPECT_EQ(fact("cpu_model_number"), "85");
  EXPECT_EQ(fact("cpu_stepping"), "7");
  EXPECT_EQ(fact("microcode"), "0x5003604");
}

TEST_F(FactsTest, MachineIdIsModelAndOnlineCpus) {
  write("proc/cpuinfo", kXeonGuest);
  write("sys/devices/system/cpu/online", "0-2,4-63\n");
  EXPECT_EQ(machine_id(root_), "intel-xeon-gold-6242-cpu-63c");
  EXPECT_EQ(fact("machine"), machine_id(root_));
}

TEST_F(FactsTest, ArmHasNoModelNameButAPart) {
  write("proc/cpuinfo",
        "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n");
  write("sys/devices/system/cpu/online", "0-63\n");
  EXPECT_EQ(fact("cpu_model"), "ARM implementer 0x41 part 0xd40");
  EXPECT_EQ(machine_id(root_), "arm-implementer-0x41-part-0xd40-64c");
}

TEST_F(FactsTest, CountsAreOfTheWholeMachine) {
  const fs::path cpus = "sys/devices/system/cpu";
  write(cpus / "online", "0-3\n");
  for (const char* cpu : {"cpu0", "cpu1", "cpu2", "cpu3"}) {
    const bool first = cpu[3] < '2';
    write(cpus / cpu / "topology/physical_package_id", "0\n");
    write(cpus / cpu / "topology/core_cpus_list", first ? "0-1\n" : "2-3\n");
  }
  write("sys/devices/system/node/online", "0-1\n");
  EXPECT_EQ(fact("packages_count"), "1");
  EXPECT_EQ(fact("cores_count"), "2");
  EXPECT_EQ(fact("cpus_count"), "4");
  EXPECT_EQ(fact("nodes_count"), "2");
}

TEST_F(FactsTest, Hypervisor) {
  EXPECT_EQ(fact("hypervisor"), "") << "nothing known";
  write("proc/cpuinfo", "flags : fpu vme\n");
  EXPECT_EQ(fact("hypervisor"), "none");
  write("proc/cpuinfo", kXeonGuest);
  EXPECT_EQ(fact("hypervisor"), "present");
  write("sys/devices/system/clocksource/clocksource0/available_clocksource",
        "tsc kvm-clock \n");
  EXPECT_EQ(fact("hypervisor"), "kvm");
  write("sys/hypervisor/type", "xen\n");
  EXPECT_EQ(fact("hypervisor"), "xen");
}

TEST_F(FactsTest, Settings) {
  const fs::path cpus = "sys/devices/system/cpu";
  write(cpus / "cpu0/cpufreq/scaling_governor", "performance\n");
  write(cpus / "cpu1/cpufreq/scaling_governor", "powersave\n");
  write(cpus / "smt/control", "on\n");
  write(cpus / "isolated", "\n");
  write("sys/kernel/mm/transparent_hugepage/enabled",
        "always [madvise] never\n");
  write("proc/sys/kernel/randomize_va_space", "2\n");
  write("proc/sys/kernel/perf_event_paranoid", "-1\n");
  write("sys/devices/system/clocksource/clocksource0/current_clocksource",
        "tsc\n");
  EXPECT_EQ(fact("governor"), "performance,powersave");
  EXPECT_EQ(fact("smt"), "on");
  EXPECT_EQ(fact("isolated_cpus"), "none");
  EXPECT_EQ(fact("thp"), "madvise");
  EXPECT_EQ(fact("aslr"), "2");
  EXPECT_EQ(fact("perf_event_paranoid"), "-1");
  EXPECT_EQ(fact("clock_source"), "tsc");
}

TEST_F(FactsTest, BoostFromEitherDriver) {
  write("sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
  EXPECT_EQ(fact("boost"), "off");
  write("sys/devices/system/cpu/cpufreq/boost", "1\n");
  EXPECT_EQ(fact("boost"), "on");
}

TEST_F(FactsTest, AnEmptyMachineIsUnknownNotZero) {
  for (const Fact& fact : machine_facts(root_)) {
    if (fact.name == "machine") continue;
    EXPECT_EQ(fact.value, "") << fact.name;
  }
  EXPECT_EQ(machine_id(root_), "unknown-unknown");
}

TEST(Facts, OfThisMachineAgreeWithTheSystemCalls) {
  const auto facts = machine_facts();
  const auto value = [&](const std::string& name) {
    return std::find_if(facts.begin(), facts.end(),
                        [&](const Fact& fact) { return fact.name == name; })
        ->value;
  };
  EXPECT_EQ(value("cpus_count"), std::to_string(sysconf(_SC_NPROCESSORS_ONLN)));
  char hostname[256];
  ASSERT_EQ(gethostname(hostname, sizeof hostname), 0);
  EXPECT_EQ(value("hostname"), hostname);
}

}  // namespace
}  // namespace lockgauge::machine
