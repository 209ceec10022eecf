#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_DESCRIPTION_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_DESCRIPTION_H_

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace lockgauge::sim {

// What is wrong with a machine: one line that says what, where, and what would
// be valid.
class DescriptionError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

// CPUs that a machine may have; kMaxCpus is a bound of the simulator's.
inline constexpr std::uint32_t kMaxCpus = 512;

// How far apart two CPUs are: the closest thing that they share.
enum class Distance { kCore, kLlc, kNode, kPackage, kRemote };
inline constexpr int kDistances = 5;
inline constexpr std::array<const char*, kDistances> kDistanceNames = {
    "core", "llc", "node", "package", "remote"};

// Where a CPU sits. Indices are unique in the machine, not within what encloses
// it: CPUs of one core name the same core, and no others do.
struct CpuPlace {
  std::uint32_t core;
  std::uint32_t llc;  // last-level cache
  std::uint32_t node;
  std::uint32_t package;

  bool operator==(const CpuPlace&) const = default;
};

// What a CPU pays for an access, in nanoseconds; fractions down to 0.001.
struct Costs {
  // Of a line that the CPU has already.
  double hit_ns = 0.5;    // load, among others: their latency is hidden
  double store_ns = 0.5;  // store, wherever the line is: stores are buffered
  double rmw_ns = 6;      // atomic read-modify-write
  // Of a line from another CPU, one way, by distance: what a core-to-core
  // latency benchmark reports.
  std::array<double, kDistances> transfer_ns = {10, 40, 60, 60, 150};
  // Of a line that a CPU has already and wants for itself alone: no data moves,
  // and the next reader's request is under way meanwhile.
  double upgrade_percent = 50;  // of the transfer from the farthest other
  // Of a line that no CPU has.
  double memory_ns = 90;
  // How much each leg of a transfer varies: up to so much more or less. Without
  // any, threads fall into step and some never meet.
  double jitter_percent = 10;
  double pause_ns = 15;  // one relax(), also between the polls of a wait
  double clock_ns = 15;  // one reading of the clock

  bool operator==(const Costs&) const = default;
};

// Whether preempt_disable() keeps a thread on its CPU: as in the kernel, or not
// at all, as for plain threads of user space.
enum class Preemption { kKernel, kUser };

// Who shares a CPU, or a core, and how.
struct Scheduling {
  std::uint64_t time_slice_ns = 3'000'000;  // until the next thread's turn
  std::uint64_t switch_ns = 1500;           // from one thread to another
  Preemption preemption = Preemption::kKernel;
  // How often a hypervisor takes each CPU away, on average, counted from one
  // time to the next (0: never), and for how long.
  std::uint64_t steal_every_ns = 0;
  std::uint64_t steal_ns = 0;
  // How much longer everything that needs no other core takes while another
  // CPU of the same core runs a thread.
  double smt_percent = 60;

  bool operator==(const Scheduling&) const = default;
};

// A machine to simulate.
struct Description {
  std::vector<CpuPlace> cpus;  // by CPU number
  Costs costs;
  Scheduling scheduling;
  double frequency_mhz = 3000;  // said in results; costs are in time
  // Polls granted to a hand-over in flight: the kernel's _Q_PENDING_LOOPS, 512
  // on x86 and 1 elsewhere.
  int pending_polls = 512;

  std::uint32_t cpu_count() const {
    return static_cast<std::uint32_t>(cpus.size());
  }
  // REQUIRES: two different CPUs of the machine.
  Distance distance(std::uint32_t a, std::uint32_t b) const;

  bool operator==(const Description&) const = default;
};

// How many of each a machine has in each of the next larger.
struct Shape {
  std::uint32_t packages = 1;
  std::uint32_t nodes_per_package = 1;
  std::uint32_t llcs_per_node = 1;
  std::uint32_t cores_per_llc = 1;
  std::uint32_t cpus_per_core = 1;
};

// A regular machine with the default costs. CPUs are numbered as Linux usually
// does: the first CPU of every core, then the second of every core.
Description from_shape(const Shape& shape);

// Throws DescriptionError for what no machine can be: no or too many CPUs, a
// core in two caches (and so on upwards), a cost below zero, slices of no time.
void validate(const Description& description);

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_DESCRIPTION_H_
