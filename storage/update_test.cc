// Update with its flags, values with a lock or special fields, what maps may
// be, and which grace period frees what. One thread; where two are needed, the
// other's part runs before a lock is taken.

#include "storage/update.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <type_traits>

#include "storage/failing_lock.h"
#include "storage/storage.h"
#include "storage/test_types.h"

namespace lockgauge::storage {
namespace {

using P = SerialHost;

// Counts, and remembers the last.
struct FreedFields {
  int count = 0;
  std::uint64_t last = 0;
};

struct Value {
  std::uint64_t number;
  std::uint32_t lock;
  std::uint32_t more;
  std::uint64_t field;
};

template <class E>
class Update : public testing::Test {
 protected:
  using C = Config<FailingBackend, E, owner_type::task, CountingAudit>;

  void SetUp() override { FailingLock::expect_failures(0); }
  void TearDown() override {
    map_free(smap_);
    destroy(owner_);
    expect_nothing_left(type_);
  }

  MapAttr attr() {
    return {.value_bytes = sizeof(Value),
            .lock_offset = offsetof(Value, lock),
            .fields = {.offset = offsetof(Value, field),
                       .bytes = sizeof(Value::field),
                       .free =
                           [](std::byte* value, void* context) {
                             auto& freed = *static_cast<FreedFields*>(context);
                             ++freed.count;
                             freed.last =
                                 reinterpret_cast<Value*>(value)->field;
                           },
                       .context = &freed_}};
  }
  Outcome<C> put(std::uint64_t number, Flag flags) {
    const Value value{number, ~0u, static_cast<std::uint32_t>(number), number};
    return update(owner_, smap_, &value, flags);
  }
  static Value& value_of(Sdata<C>* sdata) {
    return *reinterpret_cast<Value*>(sdata->value());
  }
  std::uint64_t made() const {
    return type_.audit.elements().made.load(std::memory_order_relaxed);
  }

  const typename P::Thread self_;
  FreedFields freed_;
  StorageType<C> type_;
  Smap<C> smap_{type_, attr()};
  Owner<C> owner_{type_};
};

using Eras =
    testing::Types<era::rfc_v1, era::v2, era::v3, era::merged, era::after>;
struct EraName {
  template <class E>
  static std::string GetName(int) {
    return std::string(E::name);
  }
};
TYPED_TEST_SUITE(Update, Eras, EraName);

TYPED_TEST(Update, RefusesFlagsThatDoNotExist) {
  for (const std::uint64_t flags : {3, 7, 8, 16}) {
    EXPECT_EQ(this->put(1, Flag{flags}).result, Result::kInvalid) << flags;
  }
  Smap<typename TestFixture::C> plain(this->type_, 8);
  const std::uint64_t value = 0;
  EXPECT_EQ(update(this->owner_, plain, &value, Flag::kLock).result,
            Result::kInvalid)
      << "no lock in the value";
  EXPECT_EQ(this->made(), 0u);
}

TYPED_TEST(Update, LockedUpdateMakesWhatIsNotThere) {
  EXPECT_EQ(this->put(1, Flag::kLock | Flag::kExist).result, Result::kNoEnt);
  const auto made = this->put(2, Flag::kLock);
  ASSERT_EQ(made.result, Result::kOk);
  EXPECT_EQ(this->value_of(made.sdata).number, 2u);
  EXPECT_EQ(this->put(3, Flag::kLock | Flag::kNoExist).result, Result::kExist);
}

// Value and readers' pointers stay; no lock but the value's is taken. The lock
// and the special fields are not copied: neither when a value is made.
TYPED_TEST(Update, LockedUpdateIsInPlace) {
  const auto made = this->put(1, Flag::kAny);
  ASSERT_EQ(made.result, Result::kOk);
  EXPECT_EQ(this->value_of(made.sdata).lock, 0u);
  EXPECT_EQ(this->value_of(made.sdata).field, 0u);
  this->value_of(made.sdata).field = 77;
  for (const Flag flags : {Flag::kLock, Flag::kLock | Flag::kExist}) {
    FailingLock::expect_failures(~0ull);
    const auto again = this->put(2, flags);
    EXPECT_EQ(FailingLock::acquisitions, 0);
    FailingLock::expect_failures(0);
    ASSERT_EQ(again.result, Result::kOk);
    EXPECT_EQ(again.sdata, made.sdata);
    EXPECT_EQ(this->value_of(made.sdata).number, 2u);
    EXPECT_EQ(this->value_of(made.sdata).more, 2u);
    EXPECT_EQ(this->value_of(made.sdata).lock, 0u);
    EXPECT_EQ(this->value_of(made.sdata).field, 77u);
  }
  EXPECT_EQ(this->made(), 1u);
}

// Not there without the storage's lock, there with it.
TYPED_TEST(Update, LockedUpdateFindsWhatCameBeforeTheLock) {
  using C = typename TestFixture::C;
  Smap<C> other(this->type_, 8);
  ASSERT_EQ(update<C>(this->owner_, other, nullptr, Flag::kAny).result,
            Result::kOk);
  Sdata<C>* theirs = nullptr;
  FailingLock::interrupt(1, [&] { theirs = this->put(1, Flag::kAny).sdata; });
  const auto outcome = this->put(2, Flag::kLock);
  ASSERT_EQ(outcome.result, Result::kOk);
  EXPECT_EQ(outcome.sdata, theirs);
  EXPECT_EQ(this->value_of(theirs).number, 2u);
  EXPECT_EQ(this->freed_.count, 1) << "the unused element's";
  map_free(other);
}

TYPED_TEST(Update, CheckedAgainUnderTheLock) {
  using C = typename TestFixture::C;
  Smap<C> other(this->type_, 8);
  ASSERT_EQ(update<C>(this->owner_, other, nullptr, Flag::kAny).result,
            Result::kOk);
  FailingLock::interrupt(1, [&] { (void)this->put(1, Flag::kAny); });
  EXPECT_EQ(this->put(2, Flag::kNoExist).result, Result::kExist);
  FailingLock::interrupt(
      1, [&] { EXPECT_EQ(remove(this->owner_, this->smap_), Result::kOk); });
  EXPECT_EQ(this->put(2, Flag::kExist).result, Result::kNoEnt);
  map_free(other);
}

TYPED_TEST(Update, SecondToGiveTheOwnerItsStorageIsToldToTryAgain) {
  FailingLock::interrupt(
      1, [&] { EXPECT_EQ(this->put(1, Flag::kAny).result, Result::kOk); });
  const auto outcome = this->put(2, Flag::kAny);
  EXPECT_EQ(outcome.result, Result::kAgain);
  EXPECT_EQ(outcome.sdata, nullptr);
  EXPECT_EQ(this->put(2, Flag::kAny).result, Result::kOk);
}

TYPED_TEST(Update, StorageEmptiedBeforeTheLockIsToldToTryAgain) {
  ASSERT_EQ(this->put(1, Flag::kAny).result, Result::kOk);
  FailingLock::interrupt(
      1, [&] { EXPECT_EQ(remove(this->owner_, this->smap_), Result::kOk); });
  EXPECT_EQ(this->put(2, Flag::kAny).result, Result::kAgain);
}

// Values with pinned user memory: refused from system calls.
TYPED_TEST(Update, LockedUpdateWithUserPointersIsNotSupported) {
  using C = typename TestFixture::C;
  MapAttr attr = this->attr();
  attr.user_pointers = true;
  Smap<C> smap(this->type_, attr);
  const Value value{};
  EXPECT_EQ(syscall::update(this->owner_, smap, &value, Flag::kLock),
            Result::kNotSupp);
  EXPECT_EQ(syscall::update(this->owner_, smap, &value, Flag::kAny),
            Result::kOk);
  map_free(smap);
}

TYPED_TEST(Update, DeleteInNmiIsRefusedSinceTheMergedForm) {
  ASSERT_EQ(this->put(1, Flag::kAny).result, Result::kOk);
  const P::NmiScope nmi;
  EXPECT_EQ(remove(this->owner_, this->smap_),
            TypeParam::refuses_nmi ? Result::kNotSupp : Result::kOk);
}

// Special fields: at once under the lock, or with the memory.
TYPED_TEST(Update, DeletedFieldsAreFreedOnceWhenTheEraSays) {
  const auto made = this->put(1, Flag::kAny);
  this->value_of(made.sdata).field = 77;
  ASSERT_EQ(this->put(2, Flag::kAny).result, Result::kOk);  // replaces
  const int at_once = TypeParam::fields_deferred ? 0 : 1;
  EXPECT_EQ(this->freed_.count, at_once);
  ASSERT_EQ(remove(this->owner_, this->smap_), Result::kOk);
  EXPECT_EQ(this->freed_.count, 2 * at_once);
  P::rcu_barrier();
  EXPECT_EQ(this->freed_.count, 2);
}

TYPED_TEST(Update, TeardownFreesFieldsAtOnce) {
  using C = typename TestFixture::C;
  Smap<C> smap(this->type_, this->attr());
  const auto made = update<C>(this->owner_, smap, nullptr, Flag::kAny);
  this->value_of(made.sdata).field = 77;
  Owner<C> owner(this->type_);
  const auto other = update<C>(owner, smap, nullptr, Flag::kAny);
  this->value_of(other.sdata).field = 78;
  destroy(owner);
  EXPECT_EQ(this->freed_.count, 1);
  EXPECT_EQ(this->freed_.last, 78u);
  map_free(smap);
  EXPECT_EQ(this->freed_.count, 2);
  EXPECT_EQ(this->freed_.last, 77u);
}

// What programs deleted waits for sleepable ones, too; what teardown freed does
// not.
TYPED_TEST(Update, SleepableReadersHoldUpDeletedValuesAlone) {
  using C = typename TestFixture::C;
  Smap<C> smap(this->type_, this->attr());
  Owner<C> owner(this->type_);
  ASSERT_EQ(update<C>(owner, smap, nullptr, Flag::kAny).result, Result::kOk);
  ASSERT_EQ(this->put(1, Flag::kAny).result, Result::kOk);
  const std::size_t bytes = this->type_.memory.bytes_in_use();
  const auto rounds = [] {
    for (int i = 0; i < 3; ++i) P::rcu_barrier();
  };
  TasksTrace<P>::read_lock();
  ASSERT_EQ(remove(this->owner_, this->smap_), Result::kOk);
  rounds();
  EXPECT_EQ(this->type_.memory.bytes_in_use(), bytes);
  destroy(owner);
  rounds();
  const bool teardown_waits = std::is_same_v<TypeParam, era::v3>;
  EXPECT_EQ(this->type_.memory.bytes_in_use(),
            teardown_waits ? bytes : bytes / 2);
  TasksTrace<P>::read_unlock();
  rounds();
  EXPECT_EQ(this->type_.memory.bytes_in_use(), 0u);
  map_free(smap);
}

// An element that was not needed is free at once before, and after a normal
// grace period since.
TEST(Unused, ElementsComeBackAsTheEraSays) {
  using After = Config<FailingBackend, era::after, owner_type::task>;
  using Before = Config<ValueBackend<P>, era::before, owner_type::task>;
  const P::Thread self;
  StorageType<After> after;
  StorageType<Before> before;
  Owner<After> a(after);
  Owner<Before> b(before);
  Smap<After> in_a(after, 8);
  Smap<Before> in_b(before, 8);
  (void)update<After>(a, in_a, nullptr, Flag::kAny);
  (void)update<Before>(b, in_b, nullptr, Flag::kAny);
  const std::size_t bytes_a = after.memory.bytes_in_use();
  const std::size_t bytes_b = before.memory.bytes_in_use();
  EXPECT_EQ(update<After>(a, in_a, nullptr, Flag::kNoExist).result,
            Result::kExist);
  EXPECT_EQ(update<Before>(b, in_b, nullptr, Flag::kNoExist).result,
            Result::kExist);
  EXPECT_GT(after.memory.bytes_in_use(), bytes_a);
  EXPECT_EQ(before.memory.bytes_in_use(), bytes_b);
  P::rcu_barrier();
  EXPECT_EQ(after.memory.bytes_in_use(), bytes_a);
  destroy(a);
  destroy(b);
}

TEST(MapAttr, OnlyWhatTheKernelAccepts) {
  const MapAttr good{.value_bytes = 8};
  EXPECT_EQ(check(good), Result::kOk);
  const auto with = [&](auto change) {
    MapAttr attr = good;
    change(attr);
    return check(attr);
  };
  using A = MapAttr;
  EXPECT_EQ(with([](A& a) { a.flags = A::kNoPrealloc | A::kClone; }),
            Result::kOk);
  EXPECT_EQ(with([](A& a) { a.flags = 0; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.flags = A::kClone; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.flags |= 2; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.key_bytes = 8; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.max_entries = 1; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.key_is_int = false; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.value_has_type = false; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.value_bytes = 0; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.value_bytes = 65407; }), Result::kOk);
  EXPECT_EQ(with([](A& a) { a.value_bytes = 65408; }), Result::kTooBig);
  EXPECT_EQ(with([](A& a) { a.lock_offset = 4; }), Result::kOk);
  EXPECT_EQ(with([](A& a) { a.lock_offset = 2; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.lock_offset = 8; }), Result::kInvalid);
  EXPECT_EQ(with([](A& a) { a.fields = {.offset = 4, .bytes = 8}; }),
            Result::kInvalid);
}

// A map may have values of 65,407 bytes, and none above 8,120 is ever made.
TYPED_TEST(Update, ValuesAboveTheLargestSlabAreNeverMade) {
  using C = typename TestFixture::C;
  Smap<C> fits(this->type_, 8120);
  Smap<C> large(this->type_, 8121);
  EXPECT_EQ(update<C>(this->owner_, large, nullptr, Flag::kAny).result,
            Result::kNoMem);
  EXPECT_EQ(update<C>(this->owner_, fits, nullptr, Flag::kAny).result,
            Result::kOk);
  map_free(fits);
  map_free(large);
}

// With buckets by element a replace has two bucket locks at once, and fails
// whole if it does not get the second.
TYPED_TEST(Update, ReplaceTakesTheBucketLocksItNeeds) {
  using C = typename TestFixture::C;
  Smap<C> smap(this->type_, 8, /*buckets=*/64);
  const auto made = update<C>(this->owner_, smap, nullptr, Flag::kAny);
  int locks = 2;
  const auto different_buckets = [&](Sdata<C>* a, Sdata<C>* b) {
    auto& storage = *this->owner_.storage.load(std::memory_order_relaxed);
    return &smap.bucket_of(*Selem<C>::of_sdata(a), &storage) !=
           &smap.bucket_of(*Selem<C>::of_sdata(b), &storage);
  };
  Sdata<C>* old = made.sdata;
  bool differed = false;
  for (int round = 0; round < 20; ++round) {
    FailingLock::expect_failures(0);
    const auto next = update<C>(this->owner_, smap, nullptr, Flag::kAny);
    ASSERT_EQ(next.result, Result::kOk);
    locks = different_buckets(old, next.sdata) ? 3 : 2;
    differed = differed || locks == 3;
    EXPECT_EQ(FailingLock::acquisitions, locks);
    FailingLock::expect_failures(1u << (locks - 1));
    old = next.sdata;
    const auto failed = update<C>(this->owner_, smap, nullptr, Flag::kAny);
    FailingLock::expect_failures(0);
    if (failed.result == Result::kOk) {
      old = failed.sdata;  // this one needed fewer locks
    } else {
      EXPECT_EQ(failed.result, Result::kTimeout);
      EXPECT_EQ(lookup(this->owner_, smap, CacheInsert::kNo), old);
    }
  }
  EXPECT_EQ(differed, !TypeParam::bucket_by_owner);
  map_free(smap);
}

}  // namespace
}  // namespace lockgauge::storage
