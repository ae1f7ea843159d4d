#!/usr/bin/env bash
# Writes the ready module (or just the executable: `module.sh executable`) to out/PSContainer. What is up to date is left alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

runtime=linux-x64
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "PSContainer is built on x86-64 Linux; this is $(uname -sm)."

# Notes what linking the executable needs and is not here.
lack_linker() {
  local compiler
  if compiler=$(command -v clang || command -v gcc); then
    [ -f "$("$compiler" -print-file-name=libc.a)" ] || lack "the static C library (libc.a)" libc6-dev
  else
    lack "a C linker (gcc or clang)" gcc
    [ -n "$(find /usr/lib /usr/lib64 -name libc.a -print -quit 2>/dev/null)" ] || lack "the static C library (libc.a)" libc6-dev
  fi
  command -v objcopy >/dev/null || lack "objcopy" binutils
}

sdk=$(dotnet --version 2>/dev/null || true)
if [[ $sdk != [1-9][0-9].* ]]; then
  lack "the .NET SDK 10 or later (dotnet): https://dotnet.microsoft.com/download"
  lack_linker
fi
need_nothing_more

mkdir -p out
exec 9>out/.lock
# Every child that can outlive this closes it, above all the compiler: its server would keep the lock.
flock 9

common_inputs=(Directory.Build.props src/BannedSymbols.txt src/PSContainer.Native build/module.sh)

# up_to_date NAME PATH...: whether product NAME was built from just these inputs by this SDK; else remembers what it is about to be built from.
up_to_date() {
  local name=$1
  shift
  print="$sdk $(fingerprint "${common_inputs[@]}" "$@")"
  [ -f "out/.$name" ] && [ "$(cat "out/.$name")" = "$print" ]
}
built() { printf '%s\n' "$print" >"out/.$1"; }

# The executable: OCI runtime, monitor and init in one static file.
build_executable() {
  local target=$module/runtimes/$runtime/native
  if up_to_date executable src/PSContainer.Runtime && [ -x "$target/pscontainer" ]; then return; fi
  lack_linker
  need_nothing_more
  say "Building pscontainer (NativeAOT) ..."
  quietly dotnet publish src/PSContainer.Runtime -c Release -r $runtime -o out/publish/executable --nologo -m:1 9>&-
  mkdir -p "$target"
  # Renamed over the old one: a container's monitor may be running from it.
  cp out/publish/executable/pscontainer "$target/.pscontainer.new"
  mv "$target/.pscontainer.new" "$target/pscontainer"
  built executable
}

# The assemblies, compiled ahead of time (ReadyToRun): the first cmdlet must not wait for the JIT.
build_assemblies() {
  if up_to_date assemblies src/PSContainer && [ -f "$module/PSContainer.dll" ]; then return; fi
  say "Building PSContainer.dll (ReadyToRun) ..."
  quietly dotnet publish src/PSContainer -c Release -r $runtime --self-contained false \
    -p:PublishReadyToRun=true -p:GenerateDependencyFile=false -o out/publish/module --nologo -m:1 9>&-
  mkdir -p "$module"
  local assembly
  for assembly in PSContainer.dll PSContainer.Native.dll; do
    # Renamed over the old one: a PowerShell that has it mapped keeps what it mapped.
    cp "out/publish/module/$assembly" "$module/.$assembly.new"
    mv "$module/.$assembly.new" "$module/$assembly"
  done
  built assemblies
}

copy_data() {
  mkdir -p "$module"
  version >/dev/null
  local file
  for file in PSContainer.psd1 LICENSE CHANGELOG.md src/PSContainer/*.ps1xml; do
    [ -f "$file" ] || fail "$file is missing from the checkout."
    cp "$file" "$module/"
  done
  rm -rf "$module/en-US"
  [ ! -d en-US ] || cp -r en-US "$module/"
}

case ${1:-all} in
  executable) build_executable ;;
  all)
    build_executable
    build_assemblies
    copy_data
    say "The module is in out/PSContainer. Next: pwsh -NoExit -Command Import-Module ./out/PSContainer"
    ;;
  *) fail "build takes nothing or 'executable', not '$1'." ;;
esac
