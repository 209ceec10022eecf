#include "workloads/measure/counters_pfm.h"

#include <perfmon/pfmlib_perf_event.h>

#include <cstdlib>
#include <mutex>

namespace lockgauge::measure {
namespace {

// libpfm promises nothing about threads.
std::mutex mutex;

// libpfm reads the variable once, and pfm_terminate() does not forget it. Call
// it with the mutex held.
int initialised() {
  static const int result = [] {
    setenv("LIBPFM_ENCODE_INACTIVE", "1", /*overwrite=*/1);
    return pfm_initialize();
  }();
  return result;
}

// libpfm encodes the events of absent PMUs too.
std::string why_not_here(int event) {
  pfm_event_info_t info{};
  info.size = sizeof info;
  pfm_pmu_info_t pmu{};
  pmu.size = sizeof pmu;
  if (pfm_get_event_info(event, PFM_OS_PERF_EVENT, &info) != PFM_SUCCESS ||
      pfm_get_pmu_info(info.pmu, &pmu) != PFM_SUCCESS) {
    return "libpfm does not tell its PMU";
  }
  if (pmu.is_present) return "";
  return std::string("this machine has no PMU '") + pmu.name + "'";
}

}  // namespace

EncodedEvent encode_event(const std::string& name) {
  const std::lock_guard lock(mutex);
  EncodedEvent encoded{};
  encoded.attr.size = sizeof encoded.attr;
  pfm_perf_encode_arg_t arg{};
  arg.attr = &encoded.attr;
  arg.size = sizeof arg;
  const int result =
      initialised() != PFM_SUCCESS
          ? initialised()
          : pfm_get_os_event_encoding(name.c_str(), PFM_PLM0 | PFM_PLM3,
                                      PFM_OS_PERF_EVENT, &arg);
  encoded.is_known = result == PFM_SUCCESS || result == PFM_ERR_NOTSUPP;
  if (result == PFM_SUCCESS) {
    encoded.why_not = why_not_here(arg.idx);
  } else if (result == PFM_ERR_NOTSUPP) {
    encoded.why_not = "this kernel has no perf events";
  } else {
    encoded.why_not = pfm_strerror(result);
  }
  return encoded;
}

std::vector<CorePmu> core_pmus() {
  const std::lock_guard lock(mutex);
  std::vector<CorePmu> pmus;
  if (initialised() != PFM_SUCCESS) return pmus;
  int index = 0;
  pfm_for_all_pmus(index) {
    pfm_pmu_info_t pmu{};
    pmu.size = sizeof pmu;
    const auto number = static_cast<pfm_pmu_t>(index);
    if (pfm_get_pmu_info(number, &pmu) == PFM_SUCCESS &&
        pmu.type == PFM_PMU_TYPE_CORE) {
      pmus.push_back({pmu.name, pmu.is_present != 0});
    }
  }
  return pmus;
}

std::vector<std::string> core_pmus_here() {
  std::vector<std::string> names;
  for (const CorePmu& pmu : core_pmus()) {
    if (pmu.is_here) names.push_back(pmu.name);
  }
  return names;
}

}  // namespace lockgauge::measure
