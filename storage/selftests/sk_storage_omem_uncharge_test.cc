// A socket goes: when its storage has just been destroyed, in the very call and
// before any grace period, nothing of it is charged any more; also of values
// whose map went at the same time.

#include <gtest/gtest.h>

#include <atomic>

#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/test_machines.h"
#include "storage/selftests/steps.h"

namespace lockgauge::storage::selftests {
namespace {

template <class B>
class SkStorageOmemUncharge : public testing::Test {
 protected:
  using C = Config<B, EraOf<B>, owner_type::sk>;

  // A socket with values in two maps is destroyed so long after map_free of one
  // of them began. Answers what destroy left charged.
  static std::uint64_t left_bytes(std::uint64_t after_ns) {
    sim::Machine machine(sim::one_llc(2), /*seed=*/1);
    auto& type = machine.make<StorageType<C>>();
    auto& going = machine.make<Smap<C>>(type, 8);
    auto& staying = machine.make<Smap<C>>(type, 8);
    auto& sk = machine.make<Owner<C>>(type);
    const auto charged = [&sk] {
      return sk.omem_bytes.load(std::memory_order_relaxed);
    };
    machine.spawn(0, [&] {
      const Sim::Thread self;
      const RcuReadSection<Sim> section;
      for (Smap<C>* const map : {&going, &staying}) {
        (void)program::get_or_create(sk, *map, nullptr);
      }
    });
    machine.run();
    EXPECT_EQ(charged(), 2 * going.elem_bytes() + sizeof(LocalStorage<C>));

    std::uint64_t left = ~std::uint64_t{0};
    machine.spawn(0, [&] {
      const Sim::Thread self;
      map_free(going);
    });
    machine.spawn(1, [&] {
      const Sim::Thread self;
      machine.work_ns(after_ns);
      destroy(sk);
      left = charged();
    });
    machine.run();
    machine.spawn(0, [&] {
      const Sim::Thread self;
      map_free(staying);
    });
    machine.run();
    return left;
  }
};
TYPED_TEST_SUITE(SkStorageOmemUncharge, Steps::As<testing::Types>, Name);

TYPED_TEST(SkStorageOmemUncharge, IsExactWhenDestroyReturns) {
  // From before map_free comes to the socket until after.
  for (std::uint64_t ns = 1; ns < 5'000; ns += 50) {
    ASSERT_EQ(this->left_bytes(ns), 0u) << ns << " ns later";
  }
}

}  // namespace
}  // namespace lockgauge::storage::selftests
