#!/usr/bin/env bash
# Every task of the repository. `./build.sh help` lists them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source build/common.sh

usage() {
  cat <<'TEXT'
usage: ./build.sh [TASK] [ARGUMENT...]

  build            write the module to out/PSContainer (the default)
  demo             build, run a container on the host's own root filesystem and show what it sees
  test             build, run every test suite and print the sum
  bench            build, compare with crun, runc, bwrap and unshare
  docs             write the cmdlets' help to en-US from docs/en-US
  package          build, write out/PSContainer.VERSION.nupkg for Install-PSResource; --only RUNTIME for one architecture alone
  install [DIR]    copy the built module where PowerShell looks for modules
  clean            remove everything that the other tasks wrote

The same tasks from PowerShell: ./build.ps1 -Task Build
TEXT
}

clean() {
  rm -rf out .tools .rootfs
  find src tests bench -type d \( -name bin -o -name obj -o -name TestResults \) -prune -exec rm -rf {} +
}

task=$(tr '[:upper:]' '[:lower:]' <<<"${1:-build}")
shift || true
case $task in
  build) build/module.sh "$@" ;;
  demo) build/module.sh; build/demo.sh "$@" ;;
  test) build/module.sh; build/test.sh "$@" ;;
  bench) build/module.sh; bench/run.sh "$@" ;;
  docs) build/module.sh; build/docs.sh "$@" ;;
  install) build/module.sh; build/install.sh "$@" ;;
  package) build/module.sh; build/package.sh "$@" ;;
  clean) clean ;;
  help | -h | --help) usage ;;
  *) usage >&2; exit 64 ;;
esac
