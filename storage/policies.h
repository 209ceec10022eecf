#ifndef LOCKGAUGE_STORAGE_POLICIES_H_
#define LOCKGAUGE_STORAGE_POLICIES_H_

#include <type_traits>

#include "locks/backend.h"
#include "storage/audit.h"
#include "storage/era.h"
#include "storage/owner_type.h"

namespace lockgauge::storage {

// The era that a backend belongs to: the one it names (series/), or else the
// gate and infallible locks went together, and everything else runs the engine
// as it is now.
template <Backend B>
struct EraOfBackend {
  using type = std::conditional_t<!std::is_same_v<typename B::Gate, NoGate> &&
                                      !B::fallible,
                                  era::before, era::after>;
};
template <Backend B>
requires requires { typename B::Era; }
struct EraOfBackend<B> {
  using type = typename B::Era;
};
template <Backend B>
using EraOf = typename EraOfBackend<B>::type;

// Whether all of an era's operations take their locks in one order. Otherwise
// a replace holds two bucket locks of a map at once, and two owners that take
// them in opposite order wait for each other.
template <class E>
inline constexpr bool kOneLockOrder = E::bucket_by_owner || !E::nested_unlink;

// Without that order, locks must notice a deadlock.
template <class B, class E>
inline constexpr bool kCanRun = B::fallible ? E::may_fail : kOneLockOrder<E>;

// What a storage engine is made of; the one template parameter of all of it.
template <Backend B, class E = EraOf<B>, class O = owner_type::task,
          class A = NoAudit>
requires StoragePlatform<typename B::Platform> && kCanRun<B, E>
struct Config {
  using Backend = B;
  using Era = E;
  using OwnerType = O;
  using Audit = A;
  using P = typename B::Platform;
  using Lock = typename B::Lock;
  using Gate = std::conditional_t<O::gated, typename B::Gate, NoGate>;
  static constexpr bool kOneLockOrder = storage::kOneLockOrder<E>;
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_POLICIES_H_
