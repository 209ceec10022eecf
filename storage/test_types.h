#ifndef LOCKGAUGE_STORAGE_TEST_TYPES_H_
#define LOCKGAUGE_STORAGE_TEST_TYPES_H_

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "locks/platform/host/host.h"
#include "locks/registry.h"
#include "storage/storage.h"

// The engines that tests run: every backend that excludes, in each era it can
// be used in, for an owner type that charges.
namespace lockgauge::storage {

using TestPlatform = TokenHost;

template <class B>
using Excludes = std::bool_constant<B::excludes>;
template <class B>
using Infallible = std::bool_constant<B::excludes && !B::fallible>;

template <class List, class E>
struct ConfigsOf;
template <class... Bs, class E>
struct ConfigsOf<TypeList<Bs...>, E> {
  using type = TypeList<Config<Bs, E, owner_type::sk>...>;
};

using Backends = AllBackends<TestPlatform>;
using AfterConfigs = ConfigsOf<Filter<Backends, Excludes>, era::after>::type;
using BeforeConfigs =
    ConfigsOf<Filter<Backends, Infallible>, era::before>::type;
using AllConfigs = decltype(AfterConfigs::plus(BeforeConfigs{}));

struct ConfigName {
  template <class C>
  static std::string GetName(int) {
    return std::string(C::Backend::name) + "_" + std::string(C::Era::name);
  }
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_TEST_TYPES_H_
