# What the clients' tests share. A test is one line:
#   expect NAME CODE REGEX COMMAND...    the command ends with CODE, and what it says (both streams) matches the extended REGEX
# Nothing waits longer than a command's own limit; a failure shows the command and all that it said.
set -uo pipefail

runtime=$CLIENT_RUNTIME
limit=${CLIENT_LIMIT:-120}

expect() {
  local said name=$1 code=$2 regex=$3 got
  shift 3
  said=$(within "$@" 2>&1)
  got=$?
  if [ $got = "$code" ] && grep -Eq -- "$regex" <<<"$said"; then
    echo passed >>"$CLIENT_RESULTS"
    return 0
  fi
  {
    echo "FAILED $name: code $got, expected $code and /$regex/"
    printf '  $'
    printf ' %q' "$@"
    echo
    sed 's/^/  | /' <<<"$said"
  } >&2
  echo failed >>"$CLIENT_RESULTS"
  return 1
}

# A function cannot be given to timeout(1): those of the tests begin with their own.
within() {
  if declare -F "$1" >/dev/null; then "$@"; else timeout --kill-after=5 "$limit" "$@"; fi
}

# detached COMMAND...: for what leaves a process behind that keeps its output open.
detached() {
  local code
  "$@" </dev/null >"$CLIENT_WORK/detached" 2>&1
  code=$?
  cat "$CLIENT_WORK/detached"
  return $code
}

# eventually NAME REGEX COMMAND...: what the command says matches before a minute is over.
eventually() {
  local said name=$1 regex=$2 try
  shift 2
  for try in $(seq 300); do
    said=$(within "$@" 2>&1)
    if grep -Eq -- "$regex" <<<"$said"; then
      echo passed >>"$CLIENT_RESULTS"
      return 0
    fi
    sleep 0.2
  done
  expect "$name" "impossible" "$regex" echo "$said"
}

skip() {
  echo "!!!! NOT TESTED: $* !!!!" >&2
  echo skipped >>"$CLIENT_RESULTS"
}

# Takes away what is still mounted below a directory.
unmount_below() {
  local mount
  grep -F " $1/" /proc/self/mountinfo | cut -d' ' -f5 | sort -r | while read -r mount; do umount -l "$mount" 2>/dev/null; done
  return 0
}

# remove_cgroups NAME: what is left of cgroups with this name, and of directories where podman took an unmounted hierarchy for one.
remove_cgroups() {
  local try
  [ "$(stat -f -c %T /sys/fs/cgroup)" != tmpfs ] || find /sys/fs/cgroup -xdev -depth -path "*/$1*" -delete
  # podman's monitors take a moment to leave theirs.
  for try in $(seq 600); do
    find /sys/fs/cgroup -depth -type d -path "*/$1*" -exec rmdir {} + 2>/dev/null
    [ -n "$(find /sys/fs/cgroup -type d -path "*/$1*" -print -quit)" ] || break
    sleep 0.1
  done
  return 0
}

# set_command FILE WORD...: the command of a configuration that a runtime's `spec` wrote; no terminal, a root to write to.
set_command() {
  local file=$1 words
  shift
  words=$(printf ', "%s"' "$@")
  WORDS=${words:2} awk '
    !done && /"args": \[/ { printf "\"args\": [ %s ]", ENVIRON["WORDS"]; done = 1; skip = 1 }
    skip { if (/\]/) { print (/\],/ ? "," : ""); skip = 0 } next }
    { sub(/"terminal": true/, "\"terminal\": false"); sub(/"readonly": true/, "\"readonly\": false"); print }' "$file" >"$file.new"
  mv "$file.new" "$file"
}
