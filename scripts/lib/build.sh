# shellcheck shell=bash
# Builds the program. Sourced by the entry points that run it.

# build_program ROOT: leaves ROOT/build/release/workloads/lockgauge.
build_program() {
  (
    cd "$1" || exit
    cmake --preset release &&
      cmake --build --preset release --target lockgauge
  ) >&2
}
