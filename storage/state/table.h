#ifndef LOCKGAUGE_STORAGE_STATE_TABLE_H_
#define LOCKGAUGE_STORAGE_STATE_TABLE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "storage/state/witness.h"

// Who frees what when an owner with one value dies and its map is freed,
// whichever of the four locks cannot be had: in all interleavings.
namespace lockgauge::storage::state {

// The forms of teardown that are compared.
enum class Form { kV3, kMerged, kDefault };
inline constexpr std::array kForms{Form::kV3, Form::kMerged, Form::kDefault};

// Which of the locks that teardown asks for it does not get; each side asks
// for the bucket's and the storage's.
struct Failures {
  bool map_free_bucket = false;
  bool map_free_storage = false;
  bool destroy_bucket = false;
  bool destroy_storage = false;
};

struct Row {
  // kMapFreeFirst, kDestroyFirst: the other side comes when the first is done,
  // and gets all locks.
  enum class Order { kMapFreeFirst, kDestroyFirst, kBoth };

  Order order;
  Failures fails;
};
// All of them: 4, 4 and 16.
std::vector<Row> all_rows();
// "MF: b  D: s", or "MF: b  then D".
std::string name(const Row& row);

// What came out in a row, over all interleavings.
struct Cell {
  std::uint64_t interleavings = 0;
  // Of each part a bit for each Side that freed or returned it in one of them,
  // and for nobody.
  static constexpr std::uint32_t kNobody = 1u << 7;
  std::array<std::uint32_t, kParts> by{};
  // In one of them the element was freed while it was still there.
  bool freed_on_bucket = false;
  bool freed_on_storage = false;

  // Of each part who: M map_free, D destroy, C a callback after a grace period,
  // - nobody; small: the side that came when the other was done. The element's
  // with b (s) if it was on the bucket (the storage's list) then: "MDb- ...".
  std::array<std::string, kParts> words(Row::Order order) const;
};

// Throws sim::Violation with the interleaving if something was freed twice or
// used after it was reclaimed, or if the owner stays charged.
Cell explore_row(Form form, const Row& row);

// All rows and forms, aligned, with a key.
std::string state_table();

}  // namespace lockgauge::storage::state

#endif  // LOCKGAUGE_STORAGE_STATE_TABLE_H_
