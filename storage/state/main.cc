// Prints the state table of teardown.

#include <fmt/format.h>

#include "storage/state/table.h"

int main() {
  fmt::print("{}", lockgauge::storage::state::state_table());
}
