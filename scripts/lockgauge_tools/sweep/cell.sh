#!/bin/sh
# Runs one cell of a sweep while no other runs on this computer:
# cell.sh FOLDER SECONDS COMMAND...
# FOLDER then holds its run, where it ran, what it said and how it ended; the
# name of FOLDER is printed. Fails only if that could not be written.
set -e
folder=$1 limit=$2
shift 2

# A folder that is everywhere and that every user may lock. The program keeps
# the lock should this script be killed.
exec 9</tmp
flock 9

rm -rf "$folder"
mkdir -p "$folder"
echo "${SLURMD_NODENAME:-$(uname -n)}" >"$folder/node"
code=0
# In the foreground: whoever ends this script ends the program too.
timeout --foreground --kill-after=10 "$limit" "$@" "--out=$folder" \
  >/dev/null 2>"$folder/stderr" || code=$?
echo "$code" >"$folder/exit"
echo "${folder##*/}"
