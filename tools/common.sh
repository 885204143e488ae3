# shellcheck shell=bash
# What the scripts of this folder share: the repository's root, plain words in two languages, the
# timed phases of a run, and builds that are quiet but never silent. Sourced, not run, by scripts
# under `set -euo pipefail`. It knows nothing of packages: that is setup.

root=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

# Chinese where the caller asked for it (tools/demo) or the locale is Chinese, otherwise English.
language=en
case ${ONETHING_LANGUAGE:-${LC_ALL:-${LANG:-}}} in zh*) language=zh ;; esac

# say CHINESE ENGLISH: one line for the person who watches.
say() {
  if [[ $language == zh ]]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi
}

# fail CHINESE ENGLISH: says what is wrong on stderr and ends the script with 1.
fail() {
  say "$1" "$2" >&2
  exit 1
}

# usage SCRIPT: prints the comment at the head of a script, which is its manual.
usage() {
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"
}

# usage_error SCRIPT ARGUMENT: names the argument that was not understood and ends with 2.
usage_error() {
  say "不认识的参数：$2" "Unknown argument: $2" >&2
  usage "$1" >&2
  exit 2
}

# --- phases ---------------------------------------------------------------------------------------

phase_times=()

# phase CHINESE ENGLISH COMMAND…: announces the phase, runs the command and remembers the time it
# took. Ends the script with the command's status when it fails.
phase() {
  local zh=$1 en=$2 started=$SECONDS status=0
  shift 2
  say "▶ $zh" "== $en"
  "$@" || status=$?
  phase_times+=("$(say "$zh" "$en") $((SECONDS - started)) s")
  if ((status != 0)); then
    print_phase_times
    say "✗ $zh 失败" "== $en failed" >&2
    exit "$status"
  fi
}

# print_phase_times: one line, "packages 1 s · configure 4 s · …".
print_phase_times() {
  local line
  line=$(printf ' · %s' "${phase_times[@]}")
  say "用时：${line# · }" "== times: ${line# · }"
}

# --- quiet, not silent ----------------------------------------------------------------------------

# without_progress PATTERN: copies stdin to stdout but for the lines that match PATTERN (a regular
# expression of bash). The latest of those is shown once a minute, every 15 s on a terminal, so
# that whoever watches sees it move.
without_progress() {
  local pattern=$1 line='' part='' progress='' shown=$SECONDS interval=60 status
  [[ -t 1 ]] && interval=15
  while true; do
    status=0
    # Above 128: nothing whole came within the time; what came of the line is in part.
    IFS= read -r -t 5 part || status=$?
    line+=$part
    if ((status == 0)) || { ((status <= 128)) && [[ -n $line ]]; }; then
      if [[ $line =~ $pattern ]]; then progress=$line; else printf '%s\n' "$line"; fi
      line=''
    fi
    if ((status > 0 && status <= 128)); then return 0; fi
    if ((SECONDS - shown >= interval)); then
      printf '   … %s\n' "${progress:0:120}"
      shown=$SECONDS
    fi
  done
}

# quietly PATTERN COMMAND…: runs the command without its progress lines; the status is the
# command's, by pipefail. A person at a terminal gets the command's own display instead.
quietly() {
  local pattern=$1
  shift
  if [[ -t 1 && -z ${CI:-} ]]; then
    "$@"
    return
  fi
  "$@" 2>&1 | without_progress "$pattern"
}

# --- configure and build --------------------------------------------------------------------------

# jobs_max: prints how many compilers may run at once: one a processor, and one a gigabyte of free
# memory, which is what gRPC's headers take with sanitizers.
jobs_max() {
  local processors gigabytes
  processors=$(nproc)
  gigabytes=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
  echo $((gigabytes < 1 ? 1 : gigabytes < processors ? gigabytes : processors))
}

# option_value OPTION [VALUE]: prints the value of an option, or says that it is missing.
option_value() {
  if [[ -z ${2:-} ]]; then
    say "选项 $1 需要一个值" "$1 needs a value" >&2
    exit 2
  fi
  printf '%s\n' "$2"
}

# configure PRESET: CMake's status lines go to build/PRESET/configure.log; its warnings and errors
# are shown.
configure() {
  local log=$root/build/$1/configure.log
  mkdir -p "${log%/*}"
  (cd "$root" && cmake --preset "$1") >"$log" && return
  tail -n 20 "$log" >&2
  return 1
}

# build PRESET [TARGET…]: builds the targets, or everything.
build() {
  local preset=$1
  shift
  (cd "$root" && quietly '^\[[0-9]+/[0-9]+\] |^ninja: no work to do' \
    cmake --build --preset "$preset" --parallel "$(jobs_max)" ${1:+--target "$@"})
}
