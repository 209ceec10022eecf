#ifndef LOCKGAUGE_STORAGE_ERA_H_
#define LOCKGAUGE_STORAGE_ERA_H_

#include <string_view>

namespace lockgauge::storage {

// The forms of teardown, one header each in teardown/.
namespace teardown {
template <class C>
class Old;
template <class C>
class Assert;
template <class C>
class Retry;
template <class C>
class LinkCount;
template <class C>
class Nofail;
template <class C>
class NofailFixed;
}  // namespace teardown

// An era: how the kernel's engine used its locks at the time. Each step of the
// change from `before` to `after` is one, so that it can be measured alone.
//   bucket_by_owner  which address chooses an element's bucket: the owner's
//                    storage, so that all elements of an owner in a map share
//                    one bucket lock, or the element's own.
//   nested_unlink    delete takes both locks before it changes anything, so
//                    that it can fail whole; or one after the other.
//   may_fail         every lock's answer is looked at: the era can be had with
//                    locks that fail.
//   refuses_nmi      no delete in an NMI-like context.
//   fields_deferred  a deleted value's special fields are freed after the grace
//                    period, or at once under the storage's lock.
//   Teardown         what map_free() and destroy() do; its kFreesLinked: where
//                    locks fail, it may free an element that is on a list.
namespace era {

// Linux up to 6.19. Nothing may fail half-way, so locks must not fail.
struct before {
  static constexpr std::string_view name = "before";
  static constexpr bool bucket_by_owner = false;
  static constexpr bool nested_unlink = false;
  static constexpr bool may_fail = false;
  static constexpr bool refuses_nmi = false;
  static constexpr bool fields_deferred = false;
  template <class C>
  using Teardown = teardown::Old<C>;
};

// The series as merged, first step: old and new element share a bucket.
struct by_owner : before {
  static constexpr std::string_view name = "by_owner";
  static constexpr bool bucket_by_owner = true;
};

// Then: unlink can fail whole, though no lock does yet.
struct failable : by_owner {
  static constexpr std::string_view name = "failable";
  static constexpr bool nested_unlink = true;
};

// Then: locks that fail. What teardown did until the last step came is not on
// record; the form that assumes success is the one that was posted first.
struct resilient : failable {
  static constexpr std::string_view name = "resilient";
  static constexpr bool may_fail = true;
  template <class C>
  using Teardown = teardown::Assert<C>;
};

// As first posted, 29 July 2025. Buckets still by element, so a replace takes
// two bucket locks at once.
struct rfc_v1 : resilient {
  static constexpr std::string_view name = "rfc_v1";
  static constexpr bool bucket_by_owner = false;
};

// 2 October 2025.
struct v2 : resilient {
  static constexpr std::string_view name = "v2";
  template <class C>
  using Teardown = teardown::Retry<C>;
};

// 18 December 2025.
struct v3 : rfc_v1 {
  static constexpr std::string_view name = "v3";
  template <class C>
  using Teardown = teardown::LinkCount<C>;
};

// Linux 7.0 and what followed until 7.2, to the letter: what its teardown loses
// when locks fail is lost here too.
struct merged : resilient {
  static constexpr std::string_view name = "merged";
  static constexpr bool refuses_nmi = true;
  static constexpr bool fields_deferred = true;
  template <class C>
  using Teardown = teardown::Nofail<C>;
};

// The same with a teardown that loses nothing: the engine's default.
struct after : merged {
  static constexpr std::string_view name = "after";
  template <class C>
  using Teardown = teardown::NofailFixed<C>;
};

}  // namespace era
}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_ERA_H_
