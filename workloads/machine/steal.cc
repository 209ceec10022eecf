#include "workloads/machine/steal.h"

#include <unistd.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace lockgauge::machine {
namespace {

// "cpu3 user nice system idle iowait irq softirq steal ...": proc(5).
constexpr int kTimesBeforeSteal = 7;

std::map<std::string, std::uint64_t> steal_ticks(std::istream& stat) {
  std::map<std::string, std::uint64_t> ticks;
  for (std::string line; std::getline(stat, line);) {
    std::istringstream fields(line);
    std::string cpu;
    fields >> cpu;
    if (!cpu.starts_with("cpu")) break;
    std::uint64_t time = 0;
    for (int i = 0; i <= kTimesBeforeSteal; ++i) fields >> time;
    if (fields) ticks[cpu] = time;
  }
  return ticks;
}

}  // namespace

std::optional<std::uint64_t> steal_ns(const std::vector<int>& cpus,
                                      const std::filesystem::path& root) {
  std::ifstream stat(root / "proc/stat");
  const auto ticks = steal_ticks(stat);
  std::uint64_t sum = 0;
  for (int cpu : cpus) {
    const auto found = ticks.find("cpu" + std::to_string(cpu));
    if (found == ticks.end()) return std::nullopt;
    sum += found->second;
  }
  return sum * (1'000'000'000 / sysconf(_SC_CLK_TCK));
}

}  // namespace lockgauge::machine
