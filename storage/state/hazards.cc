#include "storage/state/hazards.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <utility>

#include "storage/state/world.h"

namespace lockgauge::storage::state {
namespace {

bool in_map_free() {
  return Sim::cpu() == static_cast<std::uint32_t>(Side::kMapFree);
}

// map_free pauses once, after its first visit.
template <class C>
void pause_once(StorageType<C>& type) {
  static bool paused;
  paused = false;
  type.need_resched = [] {
    return !std::exchange(paused, true) && (SteppedSim::pauses = true);
  };
}

// Locks are given up when somebody has them, as after a timeout; or waited for.
template <class E>
void drop_the_last_reference(sim::Machine& machine) {
  World<ConfigIn<E>> world(machine);
  auto& owner = world.add_owner("owner");
  SteppedLock::holders_pause = true;
  SteppedLock::gives_up = [&](const SteppedLock& lock) {
    return lock.held() && machine.choose(2) == 1;
  };
  world.spawn(Side::kMapFree, "map_free(map)", [&] { map_free(world.smap()); });
  world.spawn(Side::kDestroy, "destroy(owner)", [&] { destroy(owner); });
  machine.run();
  sim::require(world.type().events.saturations() == 0,
               "owner_refcnt saturates: destroy() spins for ever");
  world.check_as_promised();
}

// map_free gets neither lock; what it could not unlink it meets again.
template <class E>
void walk_over_the_freed(sim::Machine& machine) {
  World<ConfigIn<E>> world(machine);
  auto& owner = world.add_owner("owner");
  SteppedLock::gives_up = [](const SteppedLock&) { return in_map_free(); };
  pause_once(world.type());
  world.spawn(Side::kMapFree, "map_free(map)", [&] { map_free(world.smap()); });
  world.spawn(Side::kDestroy, "destroy(owner)", [&] { destroy(owner); });
  machine.run();
  world.check_as_promised();
}

// map_free gets neither lock at first, and the storage's when it comes again.
template <class E>
void leave_a_dangling_storage(sim::Machine& machine) {
  using C = ConfigIn<E>;
  World<C> world(machine);
  auto& owner = world.add_owner("owner");
  auto& other_map = machine.make<Smap<C>>(world.type(), 8, 2);
  int asked = 0;
  SteppedLock::gives_up = [&](const SteppedLock&) {
    return in_map_free() && asked++ < 2;
  };
  pause_once(world.type());
  world.spawn(Side::kMapFree, "map_free(map)", [&] { map_free(world.smap()); });
  // A program, by the owner that lives on.
  world.spawn(Side::kDestroy, "a program, owner alive", [&] {
    const RcuReadSection<SteppedSim> section;
    (void)lookup(owner, other_map, CacheInsert::kNo);
  });
  machine.run();
  world.spawn(Side::kDestroy, "destroy(owner)", [&] { destroy(owner); });
  machine.run();
  world.check_as_promised();
}

// map_free may give up the bucket's lock while another owner's destroy has it.
template <class E>
void lose_an_element(sim::Machine& machine) {
  World<ConfigIn<E>> world(machine);
  auto& other = world.add_owner("other");
  auto& owner = world.add_owner("owner");  // the bucket's first
  SteppedLock::holders_pause = true;
  SteppedLock::gives_up = [&](const SteppedLock& lock) {
    return in_map_free() && world.is_bucket(lock) && lock.held() &&
           machine.choose(2) == 1;
  };
  world.spawn(Side::kMapFree, "map_free(map)", [&] { map_free(world.smap()); });
  world.spawn(Side::kDestroy, "destroy(other), then destroy(owner)", [&] {
    destroy(other);
    machine.note("destroy(owner)");
    destroy(owner);
  });
  machine.run();
  sim::require(world.type().audit.elements().live() == 0, "an element is lost");
  world.check_as_promised();
}

constexpr std::array kHazards{
    Hazard{
        "saturation",
        "map_free holds a reference on the owner, under the storage's lock, "
        "while it\n"
        "accounts to it. destroy times out on that lock, has nothing else to "
        "do, and drops\n"
        "the first reference. map_free's refcount_dec() is then the last "
        "one's, which\n"
        "saturates the counter that destroy waits for.",
        2, drop_the_last_reference<era::merged>,
        drop_the_last_reference<era::after>},
    Hazard{
        "walk over a freed element",
        "map_free gets neither lock and leaves its bit; destroy finds no map "
        "any more,\n"
        "leaves the second bit and frees the element, which is still on the "
        "bucket. If\n"
        "map_free pauses meanwhile (cond_resched_rcu) it walks over it.",
        2, walk_over_the_freed<era::merged>, walk_over_the_freed<era::after>},
    Hazard{
        "dangling owner pointer",
        "map_free gets neither lock, pauses, and comes again: the element "
        "has no map any\n"
        "more, so nothing is accounted for, but with the storage's lock it "
        "is unlinked,\n"
        "and being the last frees the storage. The owner still points there: "
        "the next\n"
        "lookup of any map by the living owner reads freed memory.",
        2, leave_a_dangling_storage<era::merged>,
        leave_a_dangling_storage<era::after>},
    Hazard{"lost element",
           "map_free times out on a bucket that another owner's destroy has "
           "locked, then\n"
           "takes the element off its owner's list. The owner's own destroy "
           "does not find it\n"
           "there: the second visitor, who would free it, never comes.",
           2, lose_an_element<era::merged>, lose_an_element<era::after>},
};

}  // namespace

std::span<const Hazard> hazards() { return kHazards; }

sim::Exploration explore(Hazard::Scenario scenario, std::uint32_t preemptions) {
  sim::Exhaustive strategy(preemptions);
  return sim::explore(sim::from_shape({.cores_per_llc = 3}), strategy, scenario,
                      {.granularity = sim::Granularity::kPoints,
                       .executions_after_failure = 2'000,
                       .show_unnamed = false});
}

std::string hazards_text() {
  std::string text;
  auto out = std::back_inserter(text);
  for (const Hazard& hazard : hazards()) {
    const auto merged = explore(hazard.merged, hazard.preemptions);
    const auto ours = explore(hazard.by_default, hazard.preemptions);
    fmt::format_to(out, "== {}\n\n{}\n\n", hazard.name, hazard.what);
    if (merged.failure) {
      fmt::format_to(out, "merged: {}\n{}\n", merged.failure->what,
                     merged.failure->interleaving);
    } else {
      fmt::format_to(out, "merged: not in {} interleavings\n",
                     merged.executions);
    }
    if (ours.failure) {
      fmt::format_to(out, "default: {}\n{}\n", ours.failure->what,
                     ours.failure->interleaving);
    } else {
      fmt::format_to(out,
                     "default: never, in all {} interleavings with at most {} "
                     "preemptions\n\n",
                     ours.executions, hazard.preemptions);
    }
  }
  return text;
}

}  // namespace lockgauge::storage::state
