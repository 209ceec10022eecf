# shellcheck shell=bash
# The Debian and Ubuntu packages lockgauge needs, and how they get there.
# Sourced by the entry points; git, sudo and Python are not taken for granted.

_bench_packages=(g++ cmake ninja-build pkg-config
  libbenchmark-dev libboost-context-dev libcli11-dev libfmt-dev libgtest-dev
  libhwloc-dev libnuma-dev libpfm4-dev liburcu-dev nlohmann-json3-dev
  python3 python3-jinja2 python3-numpy python3-pandas
  python3-rich python3-scipy
  bpftool clang libbpf-dev) # the kernel target: clang is 250 MB, installed
_fleet_packages=(openssh-client parallel rsync) # to sweep other machines
_guests_packages=(binutils busybox-static cpio qemu-system-x86 zstd)
_test_packages=("${_fleet_packages[@]}" binutils dpkg-dev hwloc-nox
  openssh-server python3-pytest relacy-dev shellcheck)

# install_missing bench|fleet|guests|test yes|no: installs what the need lacks
# or, with no, names it. Ends the script with 2 if it may not or can not.
install_missing() {
  local package missing=() packages=("${_bench_packages[@]}")
  case $1 in
    fleet) packages+=("${_fleet_packages[@]}") ;;
    guests) packages+=("${_guests_packages[@]}") ;;
    test) packages+=("${_test_packages[@]}") ;;
  esac
  if ! command -v dpkg-query >/dev/null; then
    echo "no dpkg here; taken as installed: ${packages[*]}" >&2
    return
  fi
  for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    return
  fi
  if [[ $2 == no ]]; then
    echo "missing packages: ${missing[*]}" >&2
    exit 2
  fi
  echo "installing: ${missing[*]}" >&2
  apt_get update || exit 2
  apt_get install -y --no-install-recommends "${missing[@]}" || exit 2
}

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# stdout belongs to the results, so apt talks on stderr.
apt_get() {
  # A fresh machine may still be updating itself: wait for its lock.
  local command=(env DEBIAN_FRONTEND=noninteractive
    apt-get -q -o DPkg::Lock::Timeout=120 "$@")
  if ((EUID == 0)); then
    "${command[@]}" >&2
  elif command -v sudo >/dev/null; then
    sudo "${command[@]}" >&2
  else
    echo "not root and no sudo: install them, then try again" >&2
    return 2
  fi
}
