#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_BACKENDS_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_BACKENDS_H_

#include <type_traits>

#include "locks/platform/sim/sim.h"
#include "locks/registry.h"
#include "locks/type_list.h"

namespace lockgauge::sim {

// Whether a backend reaches memory and time through its platform alone. The C
// library's locks do not: the machine would not see them, and a wait for one
// would stop the only thread that simulates.
template <class B>
using RunsOnSim = std::bool_constant<
    !std::is_same_v<B, backend::std_mutex<typename B::Platform>> &&
    !std::is_same_v<B, backend::pthread_spin<typename B::Platform>>>;

// The backends that can be simulated.
using Backends = Filter<AllBackends<Sim>, RunsOnSim>;

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_BACKENDS_H_
