#ifndef LOCKGAUGE_STORAGE_STATE_WITNESS_H_
#define LOCKGAUGE_STORAGE_STATE_WITNESS_H_

#include <array>
#include <cstdint>
#include <functional>

#include "locks/platform/sim/sim.h"
#include "storage/audit.h"

namespace lockgauge::storage::state {

// Who takes part in a teardown; each on a CPU of this number.
enum class Side : std::uint8_t { kCallbacks, kMapFree, kDestroy };

// What of an owner with one value is to be freed, or returned.
enum class Part : std::uint8_t { kElement, kStorage, kFields, kCharge };
inline constexpr int kParts = 4;

// What was seen of one execution.
class Witness {
 public:
  static Witness& current() {
    static Witness one;
    return one;
  }

  // The calling thread frees it, or returns it.
  void saw(Part part) {
    if (sim::Execution::running() == nullptr) return;
    by_[static_cast<int>(part)] |= 1u << Sim::cpu();
  }
  // Called before an element is freed. Null: not.
  std::function<void()> on_element;

  // By the numbers of the sides.
  std::uint32_t who(Part part) const { return by_[static_cast<int>(part)]; }
  void forget() {
    by_ = {};
    on_element = nullptr;
  }

 private:
  std::array<std::uint32_t, kParts> by_{};
};

// A CountingAudit whose frees are witnessed.
struct WitnessedAudit {
  template <class>
  using Mark = CountingAudit::Mark<Sim>;

  template <class>
  struct Book : CountingAudit::Book<Sim> {
    bool freed(CountingAudit::Mark<Sim>& mark, Kind kind) {
      switch (kind) {
        case Kind::kElement:
          Witness::current().saw(Part::kElement);
          if (Witness::current().on_element) Witness::current().on_element();
          break;
        case Kind::kStorage:
          Witness::current().saw(Part::kStorage);
          break;
        case Kind::kFields:
          Witness::current().saw(Part::kFields);
          break;
      }
      return CountingAudit::Book<Sim>::freed(mark, kind);
    }
  };
};

}  // namespace lockgauge::storage::state

#endif  // LOCKGAUGE_STORAGE_STATE_WITNESS_H_
