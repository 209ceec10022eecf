// Prints the state table of teardown, or its hazards.

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "storage/state/hazards.h"
#include "storage/state/table.h"

int main(int argc, char** argv) {
  namespace state = lockgauge::storage::state;
  CLI::App app("Who frees what in teardown when locks fail.", "state_table");
  bool hazards = false;
  app.add_flag("--hazards", hazards, "print the known hazards instead");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    fmt::print(stderr, "state_table: {}\n", error.what());
    return 2;
  }
  fmt::print("{}", hazards ? state::hazards_text() : state::state_table());
}
