#!/usr/bin/env bash
# Runs every test suite and ends with one line: N passed, N failed, N skipped. Fails when a test failed or a suite did not run.
# The lines before it name each failed test with the beginning of its message: they are all one needs of a long output.
#   build/test.sh [native] [runtime] [security] [clients] [pester] [vm] [arm64]     only these suites
# With PSCONTAINER_TEST_AGAIN=1 a suite in which something failed runs once more and counts as then, and the lines at the end say which
# run a test failed at: what fails only now and then is a bug to mend, in the test or in what it tests, but no reason to hold back all else.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(native runtime security clients pester vm arm64)
passed=0 failed=0 skipped=0 broken=() unsteady=()
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# The clients' suite and the virtual machine use it too.
pwsh=$(find_pwsh)
[ -z "$pwsh" ] || PATH=$PATH:$(dirname "$pwsh")

# within SECONDS COMMAND...: ends the command and all it started after so many seconds, or when 45 minutes are over in all.
within() {
  local limit=$((2640 - SECONDS)) asked=$1
  shift
  [ "$limit" -gt 0 ] || limit=1
  timeout --kill-after=15 $((asked < limit ? asked : limit)) "$@" </dev/null
}

add() { passed=$((passed + $1)); failed=$((failed + $2)); skipped=$((skipped + $3)); }

# Each suite leaves what it said in $log.

# failed_tests: of what a suite said, each failed test as "NAME<tab>MESSAGE". The test runner has the message below, up to the stack;
# others have it in the same line or, indented by four, below.
failed_tests() {
  awk '
    function tell() { if (name != "") print name "\t" message; name = message = "" }
    function add(line) { gsub(/[ \t]+/, " ", line); sub(/^ /, "", line); message = message (message == "" ? "" : " | ") line }
    /^ *(Failed|FAILED):? / {
      tell()
      name = $0
      sub(/^ *(Failed|FAILED):? /, "", name)
      runner = sub(/ \[[^]]*\]$/, "", name)
      if (!runner && match(name, /: /)) { add(substr(name, RSTART + 2)); name = substr(name, 1, RSTART - 1); tell() }
      next
    }
    /^ *Error Message:$/ { next }
    name != "" && (runner ? /^ *Stack Trace:$/ : !/^    /) { tell() }
    name != "" { add($0) }
    END { tell() }' "$log"
}

# report SUITE: each of its failed tests in a line that says at which run it failed.
report() {
  cat "$logs/$1".failed.* 2>/dev/null | awk -F '\t' -v suite="$1" -v again="${PSCONTAINER_TEST_AGAIN:-}" '
    !($2 in runs) { names[++count] = $2 }
    index(runs[$2], $1) == 0 { runs[$2] = runs[$2] $1; message[$2] = $3 }
    END {
      when["1"] = again == 1 ? " at the first run" : ""; when["12"] = " at both runs"; when["2"] = " at the second run only"
      for (i = 1; i <= count && i <= 25; i++) {
        name = names[i]
        print substr("FAILED" when[runs[name]] ": " suite ": " name (message[name] == "" ? "" : ": " message[name]), 1, 240)
      }
      if (count > 25) print "FAILED: " suite ": " count - 25 " more"
    }' >&2
}

# xunit NAME: one test project. Its own closing line has the counts; without it, the suite did not run.
xunit() {
  local code counts
  say "== tests/$1"
  # To a file: a pipe would stay open for as long as anything that a broken test left running.
  within 900 dotnet test "tests/$1" -m:1 --nologo -- xunit.parallelizeTestCollections=false >"$log" 2>&1
  code=$?
  grep -vE '^\s*$|Determining projects|up-to-date for restore|Restored|A total of 1 test|Test run for|  [A-Za-z.]+ -> ' "$log" >&2
  counts=$(sed -nE 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+), Total.*/\2 \1 \3/p' "$log" | tail -n 1)
  # An aborted run can still count what had passed until then.
  if [ -z "$counts" ] || [[ $code != 0 && $counts == *' 0 '* ]]; then broken+=("$1"); fi
  add ${counts:-0 0 0}
}

pester() {
  local pester='' counts
  [ -z "$pwsh" ] || pester=$(find_pester "$pwsh")
  if [ -z "$pester" ]; then
    say "!!!! THE PESTER SUITE DID NOT RUN: there is no PowerShell with Pester 6 here, so no cmdlet was tested. !!!!"
    return
  fi
  say "== tests/PSContainer.Tests (Pester)"
  within 1500 "$pwsh" -NoLogo -NoProfile -NonInteractive -File build/pester.ps1 "$log" -Pester "$pester" >&2
  counts=$(head -n 1 "$log")
  if [ -z "$counts" ]; then broken+=(pester); else add $counts; fi
}

# counted NAME SECONDS COMMAND...: a suite that ends with a line "NAME: N passed, N failed, N skipped", or with 3 where it cannot run.
counted() {
  local name=$1 seconds=$2 code counts
  shift 2
  within "$seconds" "$@" >"$log" 2>&1
  code=$?
  cat "$log" >&2
  counts=$(sed -nE "s/^$name: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped.*/\1 \2 \3/p" "$log" | tail -n 1)
  if [ $code = 3 ]; then
    add 0 0 1
    return 3
  elif [ -z "$counts" ]; then
    broken+=("${name,,}")
  else
    add $counts
  fi
}

# Engines that call the executable: podman, containerd, docker.
clients() {
  say "== tests/clients (podman, containerd, docker and other runtimes)"
  if [ "$(id -u)" != 0 ]; then
    say "!!!! THE CLIENTS' SUITE DID NOT RUN: it needs root. !!!!"
    add 0 0 1
    return
  fi
  counted CLIENTS 720 tests/clients/run.sh || say "!!!! THE CLIENTS' SUITE DID NOT RUN: no engine was tried. !!!!"
}

# The same code on a kernel with nothing but cgroup v2.
vm() {
  say "== tests/vm (pure cgroup v2 in a virtual machine)"
  counted VM 1560 tests/vm/run.sh || say "!!!! THE VM SUITE DID NOT RUN: cgroup v2 was not tested. !!!!"
}

# The executable that was built for arm64, on an arm64 kernel.
arm64() {
  say "== tests/vm/arm64.sh (arm64 in a virtual machine)"
  counted ARM64 660 tests/vm/arm64.sh || say "!!!! THE ARM64 SUITE DID NOT RUN: the executable was not tried on arm64. !!!!"
}

# run SUITE TIME: for the first or the second time.
run() {
  log=$logs/$1
  : >"$log"
  case $1 in
    native) xunit PSContainer.Native.Tests ;;
    runtime) xunit PSContainer.Runtime.Tests ;;
    security) xunit security ;;
    clients | pester | vm | arm64) $1 ;;
    *) fail "there is no suite '$1': native, runtime, security, clients, pester, vm and arm64 are." ;;
  esac
  failed_tests | sed "s/^/$2\t/" >"$log.failed.$2"
}

for suite in "${suites[@]}"; do
  before=($passed $failed $skipped ${#broken[@]})
  run "$suite" 1
  if [ "${PSCONTAINER_TEST_AGAIN:-}" = 1 ] && [ "$failed ${#broken[@]}" != "${before[1]} ${before[3]}" ]; then
    say "!!!! THE SUITE $suite FAILED: once more, to tell what always fails from what is not steady. !!!!"
    unsteady+=("$suite")
    passed=${before[0]} failed=${before[1]} skipped=${before[2]} broken=("${broken[@]:0:${before[3]}}")
    run "$suite" 2
  fi
done

for suite in ${unsteady[@]+"${unsteady[@]}"}; do
  say "!!!! THE SUITE $suite FAILED AT ITS FIRST RUN: what failed then is to be mended too. !!!!"
done
for suite in ${broken[@]+"${broken[@]}"}; do
  say "!!!! THE SUITE $suite BROKE OFF: it did not say what passed. !!!!"
  failed=$((failed + 1))
done
for suite in "${suites[@]}"; do
  report "$suite"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
