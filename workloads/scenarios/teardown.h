#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"
#include "workloads/measure/faults.h"
#include "workloads/measure/histogram.h"
#include "workloads/measure/random.h"
#include "workloads/measure/rendezvous.h"
#include "workloads/measure/world.h"
#include "workloads/scenarios/teardown_findings.h"
#include "workloads/scenarios/teardown_round.h"

namespace lockgauge::scenario {

// Maps are freed and owners die while the other maps and owners are used, in
// rounds: thread 0 frees half of the maps, thread 1 destroys half of the
// owners, the others look up, create and delete in what stays. (A team of one
// frees, then destroys.) Then thread 0 tears down the rest, and all begins
// again. An operation is a map_free or a destroy.
//
// Neither may fail; their locks can. So acquisitions are made to fail, or a
// user stays inside one, and what a form of teardown then leaves is counted.
struct teardown {
  static harness::ScenarioInfo info() {
    return {
        .name = "teardown",
        .summary = "free maps and destroy owners, with locks that fail",
        .parameters =
            {{.name = "owners",
              .defaults = {"16"},
              .help = "owners in a round; half of them die",
              .min = 4,
              .max = 100'000},
             {.name = "maps",
              .defaults = {"4"},
              .help = "maps in a round, with a value for each owner; half of "
                      "them are freed",
              .min = 2,
              .max = 256},
             {.name = "fail_ppm",
              .defaults = {"0", "1000"},
              .help = "of a million acquisitions, how many time out at once "
                      "though nothing is wrong; of locks that can fail",
              .max = 500'000},
             {.name = "stall",
              .defaults = {"none"},
              .help = "the last of three threads or more begins each round by "
                      "holding the lock of an owner that stays, which map_free "
                      "wants, or of a bucket that destroy wants, for 300 ms",
              .choices = {"none", "owner", "bucket"}},
             {.name = "think_ns",
              .defaults = {"1000"},
              .help = "time between two operations of a user"}},
        .sleeps = true,
        .jobs =
            [](const harness::Parameters&) {
              return harness::Jobs{.differ = true};
            },
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using Faulty = measure::Faulty<B>;
    using C = storage::Config<Faulty, storage::EraOf<Faulty>,
                              storage::owner_type::sk, storage::CountingAudit>;
    using Form = typename C::Era::template Teardown<C>;
    using P = typename B::Platform;
    using World = measure::World<P>;
    using Stop = harness::Stop<P>;

   public:
    explicit Run(const harness::Setup& setup)
        : threads_(setup.threads()),
          seed_(setup.seed),
          stall_(stall(setup)),
          think_(setup.parameters.number("think_ns")),
          one_after_other_(Form::kFreesLinked &&
                           (setup.parameters.number("fail_ppm") > 0 ||
                            stall_ != Stall::kNone)),
          round_(setup.parameters.number("owners"),
                 setup.parameters.number("maps")),
          team_(threads_) {
      for (int thread = 0; thread < threads_; ++thread) {
        faults_.emplace_back(std::in_place,
                             setup.parameters.number("fail_ppm"), seed_,
                             thread);
      }
      round_.make();
    }

    void run(int thread, const Stop& stop, measure::Tally& tally) override {
      measure::Random random(seed_, threads_ + thread);
      do {
        round_.fill(thread, threads_);
        team_.arrive_and_wait();
        begin(thread);
        {
          const measure::FaultScope<P> scope(faults_[thread].value);
          if (thread == 0) free_maps(stop, tally);
          if (thread == destroyer()) destroy_owners(stop, tally);
          if (thread > 1) use(random, stop, tally);
        }
        team_.arrive_and_wait();
        if (thread == 0) end_round(stop);
        team_.arrive_and_wait();
      } while (!over_);
      tally.attempts += tally.ops;
    }

    void report(harness::Findings& findings) override {
      storage::reclaim_barrier<P>();
      report_times(findings, "map_free", map_free_ns_);
      report_times(findings, "destroy", destroy_ns_);
      if (B::fallible) findings.set("faults_count", faults());
      report_left(findings, round_);
    }

    std::string check() override { return wrong_with(round_, faults() > 0); }

   private:
    template <class T>
    using Atomic = typename P::template Atomic<T>;

    enum class Stall { kNone, kOwner, kBucket };

    static Stall stall(const harness::Setup& setup) {
      const std::string& where = setup.parameters.text("stall");
      if (setup.threads() < 3 || where == "none") return Stall::kNone;
      return where == "owner" ? Stall::kOwner : Stall::kBucket;
    }

    int destroyer() const { return threads_ > 1 ? 1 : 0; }

    // Until `event` has come in this round.
    void await(const Atomic<std::uint32_t>& event) const {
      World::await(event, [round = rounds_](std::uint32_t last) {
        return last == round;
      });
    }

    // Nobody begins before who stalls holds its lock. It is in no read section
    // meanwhile: that would hold up map_free before it has begun. What it is
    // inside of stays in this round.
    void begin(int thread) {
      if (thread != (stall_ == Stall::kNone ? 0 : threads_ - 1)) {
        await(begun_);
        return;
      }
      auto* const lock = lock_to_stall_in();
      const bool held =
          lock != nullptr && acquire<Faulty>(*lock) == Result::kOk;
      begun_.store(rounds_, std::memory_order_release);
      if (!held) return;
      stall_time_();
      release<Faulty>(*lock);
    }

    // Null: none.
    typename Faulty::Lock* lock_to_stall_in() {
      if (stall_ == Stall::kNone) return nullptr;
      const bool bucket = stall_ == Stall::kBucket;
      auto& owner = bucket ? round_.owner(0) : round_.first_living_owner();
      auto& map = round_.staying_map(0);
      const storage::RcuReadSection<P> section;
      auto* const sdata = lookup(owner, map, storage::CacheInsert::kNo);
      if (sdata == nullptr) return nullptr;
      auto* const storage = owner.storage.load(std::memory_order_acquire);
      return bucket
                 ? &map.bucket_of(*storage::Selem<C>::of_sdata(sdata), storage)
                        .lock
                 : &storage->lock;
    }

    void free_maps(const Stop& stop, measure::Tally& tally) {
      for (int i = 0; i < round_.dying_maps(); ++i) {
        tear_down(stop, tally, map_free_ns_, [&] { free_map(round_.map(i)); });
        round_.freed(i, P::now_ns());
      }
      maps_freed_.store(rounds_, std::memory_order_release);
    }

    // Waits for grace periods, which takes the system's help.
    [[gnu::noinline]] static void free_map(storage::Smap<C>& map) {
      storage::map_free(map);
    }

    void destroy_owners(const Stop& stop, measure::Tally& tally) {
      if (one_after_other_) await(maps_freed_);
      for (int i = 0; i < round_.dying_owners(); ++i) {
        tear_down(stop, tally, destroy_ns_,
                  [&] { storage::destroy(round_.owner(i)); });
      }
      owners_destroyed_.store(rounds_, std::memory_order_release);
    }

    template <class Teardown>
    static void tear_down(const Stop& stop, measure::Tally& tally,
                          measure::Histogram& times_ns, Teardown teardown) {
      const std::uint64_t begin_ns = P::now_ns();
      teardown();
      times_ns.record(P::now_ns() - begin_ns);
      tally.ops += !stop.requested();
    }

    // Until both sides are done with what goes.
    void use(measure::Random& random, const Stop& stop,
             measure::Tally& tally) {
      // Whoever waits for the lock that is stalled in is in a read section, and
      // map_free would wait for them instead of for the lock.
      const int others_only = stall_ == Stall::kOwner ? 1 : 0;
      while (!stop.requested() &&
             (maps_freed_.load(std::memory_order_relaxed) != rounds_ ||
              owners_destroyed_.load(std::memory_order_relaxed) != rounds_)) {
        const std::uint64_t number = random.next();
        auto& owner = round_.living_owner(number >> 8 & 0xffffff, others_only);
        auto& map = round_.staying_map(number >> 32);
        measure::attempt<C>(tally, [&] {
          const storage::RcuReadSection<P> section;
          switch (number % 3) {
            case 0:
              return storage::program::get(owner, map).result;
            case 1:
              return storage::program::get_or_create(owner, map, nullptr)
                  .result;
            default:
              return storage::program::remove(owner, map);
          }
        });
        ++tally.attempts;
        think_();
      }
    }

    // Makes maps, hence allocates.
    [[gnu::noinline]] void end_round(const Stop& stop) {
      const measure::FaultScope<P> scope(faults_[0].value);
      round_.end();
      ++rounds_;
      over_ = stop.requested();
      if (!over_) round_.make();
    }

    std::uint64_t faults() const {
      std::uint64_t sum = 0;
      for (const auto& faults : faults_) sum += faults.value.injected();
      return sum;
    }

    const int threads_;
    const std::uint64_t seed_;
    const Stall stall_;
    // Longer than the first waiter for an rqspinlock waits: 250 ms.
    const typename World::Work stall_time_{300'000'000};
    const typename World::Work think_;
    // This form frees what is linked when locks fail: a neighbour would write
    // into what was freed.
    const bool one_after_other_;
    TeardownRound<C> round_;
    measure::Rendezvous<P> team_;
    // Written by thread 0 where all others wait.
    std::uint32_t rounds_ = 1;
    bool over_ = false;
    // The last round that has come so far.
    Atomic<std::uint32_t> begun_{0};
    Atomic<std::uint32_t> maps_freed_{0};
    Atomic<std::uint32_t> owners_destroyed_{0};
    Deque<P, Padded<measure::Faults>> faults_;  // by thread
    measure::Histogram map_free_ns_;
    measure::Histogram destroy_ns_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_H_
