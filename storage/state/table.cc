#include "storage/state/table.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "locks/platform/sim/explore/explore.h"
#include "storage/state/world.h"

namespace lockgauge::storage::state {
namespace {

using Order = Row::Order;

std::uint32_t bit(Side side) { return 1u << static_cast<int>(side); }

// The calling thread's failures, of the lock that it asks for.
bool fails(const Failures& failures, bool of_storage) {
  if (Sim::cpu() == static_cast<std::uint32_t>(Side::kMapFree)) {
    return of_storage ? failures.map_free_storage : failures.map_free_bucket;
  }
  return of_storage ? failures.destroy_storage : failures.destroy_bucket;
}

// One execution, added to the cell.
template <class E>
void tear_down(sim::Machine& machine, const Row& row, Cell& cell) {
  using C = ConfigIn<E>;
  World<C> world(machine);
  Owner<C>& owner = world.add_owner("owner");
  const auto* const storage_lock = &World<C>::storage_of(owner).lock;
  const Selem<C>& selem = World<C>::element_of(owner);

  bool freed_on_bucket = false;
  bool freed_on_storage = false;
  Witness::current().on_element = [&] {
    freed_on_bucket |= selem.map_node.linked();
    freed_on_storage |= selem.snode.linked();
  };
  SteppedLock::gives_up = [&](const SteppedLock& lock) {
    return fails(row.fails, &lock == storage_lock);
  };
  const auto spawn_map_free = [&] {
    world.spawn(Side::kMapFree, "map_free(map)", [&] {
      map_free(world.smap());
      // The kernel gives it back now.
      machine.poison(&world.smap(), sizeof(world.smap()));
    });
  };
  const auto spawn_destroy = [&] {
    world.spawn(Side::kDestroy, "destroy(owner)", [&] {
      destroy(owner);
      machine.poison(&owner, sizeof(owner));
    });
  };
  if (row.order != Order::kDestroyFirst) spawn_map_free();
  if (row.order == Order::kMapFreeFirst) machine.run();
  spawn_destroy();
  if (row.order == Order::kDestroyFirst) {
    machine.run();
    spawn_map_free();
  }
  machine.run();
  world.check_as_promised();

  for (int i = 0; i < kParts; ++i) {
    const auto who = Witness::current().who(static_cast<Part>(i));
    cell.by[i] |= who == 0 ? Cell::kNobody : who;
  }
  cell.freed_on_bucket |= freed_on_bucket;
  cell.freed_on_storage |= freed_on_storage;
}

template <class E>
Cell explore_in(const Row& row) {
  using sim::Exhaustive;
  Cell cell;
  Exhaustive all(Exhaustive::kNoBound, /*at_once=*/Exhaustive::kNoBound);
  const sim::Exploration found = sim::explore(
      sim::from_shape({.cores_per_llc = 3}), all,
      [&](sim::Machine& machine) { tear_down<E>(machine, row, cell); },
      {.granularity = sim::Granularity::kPoints, .show_unnamed = false});
  if (found.failure) {
    throw sim::Violation(found.failure->what + '\n' +
                         found.failure->interleaving);
  }
  sim::require(found.exhausted, "too many interleavings to explore them all");
  cell.interleavings = found.executions;
  return cell;
}

std::string failing(const char* side, bool bucket, bool storage) {
  if (!bucket && !storage) return fmt::format("{}: -", side);
  return fmt::format("{}: {}{}", side, bucket ? "b" : "", storage ? "s" : "");
}

constexpr const char* kKey = R"(
One element, the last of its storage; map_free (MF) and destroy (D).
Row: the locks that each side asks for in vain, b the bucket's, s the storage's.
Cell: who frees E element, S storage, F special fields, who returns C charge.
  M map_free   D destroy   C a callback after a grace period   - nobody: lost
  m, d         the side that came when the other was done: it lingered so long
  b, s         the element was still on the bucket, on the storage's list
v3: teardown::LinkCount; merged: Nofail; default: NofailFixed.
Interleavings: all, of steps that end where a lock is asked for and at accesses
to what is decided by without one (stepped.h); for v3, merged, default.
)";

}  // namespace

std::vector<Row> all_rows() {
  std::vector<Row> rows;
  for (unsigned i = 0; i < 4; ++i) {
    rows.push_back(
        {Order::kMapFreeFirst,
         {.map_free_bucket = (i & 1) != 0, .map_free_storage = (i & 2) != 0}});
  }
  for (unsigned i = 0; i < 4; ++i) {
    rows.push_back(
        {Order::kDestroyFirst,
         {.destroy_bucket = (i & 1) != 0, .destroy_storage = (i & 2) != 0}});
  }
  for (unsigned i = 0; i < 16; ++i) {
    rows.push_back({Order::kBoth,
                    {(i & 1) != 0, (i & 2) != 0, (i & 4) != 0, (i & 8) != 0}});
  }
  return rows;
}

std::string name(const Row& row) {
  const auto& f = row.fails;
  const auto map_free = failing("MF", f.map_free_bucket, f.map_free_storage);
  const auto destroy = failing("D", f.destroy_bucket, f.destroy_storage);
  switch (row.order) {
    case Order::kMapFreeFirst:
      return fmt::format("{:<7}then D", map_free);
    case Order::kDestroyFirst:
      return fmt::format("{:<7}then MF", destroy);
    case Order::kBoth:
      break;
  }
  return fmt::format("{:<7}{}", map_free, destroy);
}

std::array<std::string, kParts> Cell::words(Order order) const {
  std::array<std::string, kParts> words;
  for (int i = 0; i < kParts; ++i) {
    std::string& word = words[i];
    if (by[i] & bit(Side::kMapFree)) {
      word += order == Order::kDestroyFirst ? 'm' : 'M';
    }
    if (by[i] & bit(Side::kDestroy)) {
      word += order == Order::kMapFreeFirst ? 'd' : 'D';
    }
    if (by[i] & bit(Side::kCallbacks)) word += 'C';
    if (by[i] & kNobody) word += '-';
  }
  if (freed_on_bucket) words[0] += 'b';
  if (freed_on_storage) words[0] += 's';
  return words;
}

Cell explore_row(Form form, const Row& row) {
  switch (form) {
    case Form::kV3:
      return explore_in<era::v3>(row);
    case Form::kMerged:
      return explore_in<era::merged>(row);
    case Form::kDefault:
      break;
  }
  return explore_in<era::after>(row);
}

std::string state_table() {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{:<14} | {:<14} | {:<14} | {:<14} | {}\n",
                 "locks missed", "v3", "merged", "default", "interleavings");
  fmt::format_to(out, "{:<14}", "");
  for ([[maybe_unused]] const Form form : kForms) {
    fmt::format_to(out, " | {:<6}{:<3}{:<3}{:<2}", "E", "S", "F", "C");
  }
  fmt::format_to(out, " |\n");
  Order before = Order::kMapFreeFirst;
  for (const Row& row : all_rows()) {
    if (std::exchange(before, row.order) != row.order) text += '\n';
    fmt::format_to(out, "{:<14}", name(row));
    std::array<std::uint64_t, kForms.size()> runs;
    for (std::size_t i = 0; i < kForms.size(); ++i) {
      const Cell cell = explore_row(kForms[i], row);
      const auto words = cell.words(row.order);
      fmt::format_to(out, " | {:<6}{:<3}{:<3}{:<2}", words[0], words[1],
                     words[2], words[3]);
      runs[i] = cell.interleavings;
    }
    fmt::format_to(out, " | {:>6} {:>6} {:>6}\n", runs[0], runs[1], runs[2]);
  }
  return text + kKey;
}

}  // namespace lockgauge::storage::state
