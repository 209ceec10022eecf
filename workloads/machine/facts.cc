#include "workloads/machine/facts.h"

#include <fmt/format.h>
#include <hwloc.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <string_view>

#include "workloads/machine/bitmap.h"

namespace lockgauge::machine {
namespace {

namespace fs = std::filesystem;

const fs::path kCpuDir = "sys/devices/system/cpu";

// The first line; empty if there is none.
std::string read(const fs::path& file) {
  std::string line;
  std::getline(std::ifstream(file), line);
  return line;
}

// As read(), where the kernel says "none" by an empty line.
std::string read_list(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line)) return "";
  return line.empty() ? "none" : line;
}

// "always [madvise] never" chooses madvise.
std::string bracketed(const std::string& choices) {
  const std::size_t open = choices.find('[');
  const std::size_t close = choices.find(']');
  if (open == choices.npos || close == choices.npos) return "";
  return choices.substr(open + 1, close - open - 1);
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// What /proc/cpuinfo says of its first CPU. The kernel has one format per
// architecture; a key that this one lacks reads as empty.
using CpuInfo = std::map<std::string, std::string>;

CpuInfo read_cpu_info(const fs::path& root) {
  std::ifstream file(root / "proc/cpuinfo");
  CpuInfo info;
  for (std::string line; std::getline(file, line) && !line.empty();) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    info[trimmed(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
  }
  return info;
}

std::string cpu_model(CpuInfo& info) {
  if (!info["model name"].empty()) return info["model name"];
  if (info["CPU part"].empty()) return "";
  return fmt::format("ARM implementer {} part {}", info["CPU implementer"],
                     info["CPU part"]);
}

std::string hypervisor(const fs::path& root, CpuInfo& info) {
  const std::string type = read(root / "sys/hypervisor/type");
  if (!type.empty()) return type;
  if (info["flags"].empty()) return "";  // no x86: the kernel does not say
  if (info["flags"].find("hypervisor") == std::string::npos) return "none";
  const std::string clocks = read(root /
                                  "sys/devices/system/clocksource/clocksource0/"
                                  "available_clocksource");
  if (clocks.find("kvm-clock") != clocks.npos) return "kvm";
  if (clocks.find("hyperv_clocksource") != clocks.npos) return "hyperv";
  return "present";
}

std::size_t count_list(const std::string& list) {
  const Bitmap set = empty_bitmap();
  if (hwloc_bitmap_list_sscanf(set.get(), list.c_str()) != 0) return 0;
  return static_cast<std::size_t>(std::max(hwloc_bitmap_weight(set.get()), 0));
}

std::string known(std::size_t count) {
  return count == 0 ? "" : std::to_string(count);
}

// The values that `file` has below the directories of all CPUs.
std::set<std::string> over_cpus(const fs::path& root, const fs::path& file) {
  std::set<std::string> values;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(root / kCpuDir, unreadable)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("cpu")) continue;
    const std::string value = read(entry.path() / file);
    if (!value.empty()) values.insert(value);
  }
  return values;
}

std::string boost(const fs::path& root) {
  const std::string boost = read(root / kCpuDir / "cpufreq/boost");
  if (!boost.empty()) return boost == "1" ? "on" : "off";
  const std::string no_turbo = read(root / kCpuDir / "intel_pstate/no_turbo");
  if (!no_turbo.empty()) return no_turbo == "0" ? "on" : "off";
  return "";
}

// "Intel(R) Xeon(R) Gold 6242 CPU @ 2.80GHz" -> "intel-xeon-gold-6242-cpu"
std::string slug(std::string_view text) {
  std::string slug;
  bool in_mark = false;  // "(R)", "(TM)"
  for (char c : text.substr(0, text.find('@'))) {
    if (c == '(') in_mark = true;
    if (std::isalnum(static_cast<unsigned char>(c)) && !in_mark) {
      slug += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
    if (c == ')') in_mark = false;
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

}  // namespace

std::string machine_id(const fs::path& root) {
  CpuInfo info = read_cpu_info(root);
  const std::string model = slug(cpu_model(info));
  const std::string cpus = known(count_list(read(root / kCpuDir / "online")));
  return fmt::format("{}-{}", model.empty() ? "unknown" : model,
                     cpus.empty() ? "unknown" : cpus + "c");
}

std::vector<Fact> machine_facts(const fs::path& root) {
  CpuInfo info = read_cpu_info(root);
  const fs::path kernel = root / "proc/sys/kernel";
  return {
      {"machine", machine_id(root)},
      {"hostname", read(kernel / "hostname")},
      {"cpu_model", cpu_model(info)},
      {"cpu_family", info["cpu family"]},
      {"cpu_model_number", info["model"]},
      {"cpu_stepping", info["stepping"]},
      {"microcode", info["microcode"]},
      {"packages_count",
       known(over_cpus(root, "topology/physical_package_id").size())},
      {"cores_count", known(over_cpus(root, "topology/core_cpus_list").size())},
      {"cpus_count", known(count_list(read(root / kCpuDir / "online")))},
      {"nodes_count",
       known(count_list(read(root / "sys/devices/system/node/online")))},
      {"kernel_release", read(kernel / "osrelease")},
      {"hypervisor", hypervisor(root, info)},
      {"clock_source",
       read(root / "sys/devices/system/clocksource/clocksource0/"
                   "current_clocksource")},
      {"governor",
       fmt::format(
           "{}", fmt::join(over_cpus(root, "cpufreq/scaling_governor"), ","))},
      {"boost", boost(root)},
      {"smt", read(root / kCpuDir / "smt/control")},
      {"thp",
       bracketed(read(root / "sys/kernel/mm/transparent_hugepage/enabled"))},
      {"aslr", read(kernel / "randomize_va_space")},
      {"perf_event_paranoid", read(kernel / "perf_event_paranoid")},
      {"isolated_cpus", read_list(root / kCpuDir / "isolated")},
  };
}

}  // namespace lockgauge::machine
