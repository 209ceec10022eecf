# shellcheck shell=bash
# The command lines of the entry points that run a plan.

# take_options SCRIPT 'NAME...' ARGUMENT...: sets the variable of each --NAME
# given, and may_install; --help prints $usage. NAME! is an option without a
# value, set to yes. With ARGUMENTS among the names, words that are no option
# go into the array arguments. Ends the script with 2 if it can not.
# shellcheck disable=SC2034  # these variables are the caller's
take_options() {
  local script=$1 names=" $2 " name
  shift 2
  may_install=yes
  while (($#)); do
    name=${1%%=*}
    name=${name#--}
    case $1 in
      --help | -h) echo "${usage:?}" && exit ;;
      --no-install) may_install=no ;;
      --*)
        if [[ $names == *" $name! "* && $1 != *=* ]]; then
          declare -g "$name=yes"
          shift
          continue
        fi
        [[ $names == *" $name "* ]] ||
          bad_usage "$script" "unknown option '$1'"
        [[ $1 == *=* ]] || set -- "$1=${2-}" "${@:3}"
        [[ -n ${1#*=} ]] || bad_usage "$script" "--$name needs a value"
        declare -g "$name=${1#*=}"
        ;;
      *)
        [[ $names == *' ARGUMENTS '* ]] ||
          bad_usage "$script" "unknown option '$1'"
        arguments+=("$1")
        ;;
    esac
    shift
  done
}

# plan_file SCRIPT ROOT NAME|FILE: prints the path of the plan.
plan_file() {
  local plan=$3
  [[ $plan == *.toml ]] || plan=$2/scripts/plans/$plan.toml
  [[ -f $plan ]] || bad_usage "$1" "no plan $3; there are $(
    cd "$2/scripts/plans" && echo *.toml) and files"
  echo "$plan"
}

bad_usage() {
  echo "$1: $2; see scripts/$1 --help" >&2
  exit 2
}
