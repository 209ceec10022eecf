#ifndef LOCKGAUGE_STORAGE_STATE_HAZARDS_H_
#define LOCKGAUGE_STORAGE_STATE_HAZARDS_H_

#include <cstdint>
#include <span>
#include <string>

#include "locks/platform/sim/explore/explore.h"

// What the teardown that Linux merged can come to when locks fail, each as the
// interleaving with the fewest preemptions that shows it; and that the engine's
// default never does, in any interleaving with as many.
namespace lockgauge::storage::state {

struct Hazard {
  using Scenario = void (*)(sim::Machine&);

  const char* name;
  const char* what;           // for people, lines of up to 80 characters
  std::uint32_t preemptions;  // at most
  Scenario merged;
  Scenario by_default;
};

std::span<const Hazard> hazards();

// The scenario is one of a hazard with so many preemptions.
sim::Exploration explore(Hazard::Scenario scenario, std::uint32_t preemptions);

// All of them: what, the interleaving, and how many of the default's were
// explored.
std::string hazards_text();

}  // namespace lockgauge::storage::state

#endif  // LOCKGAUGE_STORAGE_STATE_HAZARDS_H_
