# shellcheck shell=bash
# Builds what the entry points run. Sourced by them.

# build_program ROOT [TARGET [-DOPTION...]]: leaves
# ROOT/build/release/workloads/lockgauge, or another target's program in its
# folder.
build_program() {
  (
    cd "$1" || exit
    cmake --preset release "${@:3}" &&
      cmake --build --preset release --target "${2-lockgauge}"
  ) >&2
}
