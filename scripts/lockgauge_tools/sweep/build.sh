#!/bin/bash
# Builds lockgauge from sources that come on stdin as a tar file, unless that
# was done before: build.sh FOLDER REVISION. Why it could not is its last line.
set -eu
folder=$1 revision=$2

mkdir -p "$folder"
exec 9<"$folder"
flock 9
[[ ! -e $folder/built ]] || exit 0

tar -x -C "$folder"
# shellcheck source=/dev/null
. "$folder/scripts/lib/install.sh"
# shellcheck source=/dev/null
. "$folder/scripts/lib/build.sh"
install_missing bench no
if ! build_program "$folder" lockgauge "-DLOCKGAUGE_REVISION=$revision" \
  >"$folder/log" 2>&1; then
  why=$(grep -m1 -E 'error:|CMake Error' "$folder/log" ||
    tail -n 1 "$folder/log")
  echo "not built there: $why; see $folder/log" >&2
  exit 1
fi
touch "$folder/built"
