#ifndef LOCKGAUGE_STORAGE_POLICIES_H_
#define LOCKGAUGE_STORAGE_POLICIES_H_

#include <string_view>
#include <type_traits>

#include "locks/backend.h"

namespace lockgauge::storage {

// An era: how the kernel's engine used its locks at the time.
//   bucket_by_owner  which address chooses an element's bucket: the owner's
//                    storage, so that all elements of an owner in a map share
//                    one bucket lock, or the element's own.
//   nested_unlink    delete takes both locks before it changes anything, so
//                    that it can fail whole; or one after the other.
namespace era {

// Linux up to 6.19. Nothing may fail half-way, so locks must not fail.
struct before {
  static constexpr std::string_view name = "before";
  static constexpr bool bucket_by_owner = false;
  static constexpr bool nested_unlink = false;
};

// Linux 7.0 and later.
struct after {
  static constexpr std::string_view name = "after";
  static constexpr bool bucket_by_owner = true;
  static constexpr bool nested_unlink = true;
};

}  // namespace era

// The era that a backend belongs to: the gate and infallible locks went
// together; everything else runs the engine as it is now.
template <Backend B>
using EraOf = std::conditional_t<!std::is_same_v<typename B::Gate, NoGate> &&
                                     !B::fallible,
                                 era::before, era::after>;

// Who owns a storage. Each type has its own cache indices and gate.
//   charged   element and storage sizes count against a limit of the owner.
namespace owner_type {

struct task {
  static constexpr bool charged = false;
};

struct sk {
  static constexpr bool charged = true;
};

}  // namespace owner_type

// What a storage engine is made of; the one template parameter of all of it.
template <Backend B, class E = EraOf<B>, class O = owner_type::task>
requires StoragePlatform<typename B::Platform> &&
    (!B::fallible || E::nested_unlink) struct Config {
  using Backend = B;
  using Era = E;
  using OwnerType = O;
  using P = typename B::Platform;
  using Lock = typename B::Lock;
  using Gate = typename B::Gate;
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_POLICIES_H_
