#ifndef LOCKGAUGE_STORAGE_SELFTESTS_STEPS_H_
#define LOCKGAUGE_STORAGE_SELFTESTS_STEPS_H_

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "locks/platform/sim/backends.h"
#include "storage/series.h"
#include "storage/storage.h"

// What the kernel's own selftests of local storage ask of it, asked of every
// step of its change on a simulated machine. Each file has the name of the
// kernel's (tools/testing/selftests/bpf/) and asks the same in its own words.
namespace lockgauge::storage::selftests {

// Every step, and where they led.
using Steps =
    decltype(Series<Sim>::plus(TypeList<backend::rqspinlock<Sim>>{}));

template <class B>
inline constexpr bool kGated = !std::is_same_v<typename B::Gate, NoGate>;

struct Name {
  template <class B>
  static std::string GetName(int) {
    return std::string(B::name);
  }
};

}  // namespace lockgauge::storage::selftests

#endif  // LOCKGAUGE_STORAGE_SELFTESTS_STEPS_H_
