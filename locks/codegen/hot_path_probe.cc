// Compiled to be read by hot_path_test.py, never run: an uncontended section
// under each lock that is written over the Platform, as the host runs it.

#include <tuple>
#include <type_traits>

#include "locks/platform/host/host.h"
#include "locks/registry.h"

namespace lockgauge {

// The test finds these functions by this name and the backend in it.
template <class B>
void hot_path(typename B::Lock& lock) {
  if (lock.lock() == Result::kOk) lock.unlock();
}

// A lock that is the same on another platform is not written over one: it calls
// the C library, or does nothing.
template <class B, class Elsewhere>
constexpr auto probe() {
  if constexpr (std::is_same_v<typename B::Lock, typename Elsewhere::Lock>) {
    return nullptr;
  } else {
    return &hot_path<B>;
  }
}

template <class... Bs, class... Elsewhere>
constexpr auto probes(TypeList<Bs...>, TypeList<Elsewhere...>) {
  return std::tuple{probe<Bs, Elsewhere>()...};
}

[[gnu::used]] constexpr auto kProbes =
    probes(AllBackends<NativeHost>{}, AllBackends<TokenHost>{});

}  // namespace lockgauge
