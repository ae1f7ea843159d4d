#!/usr/bin/env bash
# Writes the ready module to out/PSContainer, with an executable for each architecture that this machine can build it for.
#   build/module.sh executable     just the executable of the machine's own architecture
#   build/module.sh portable       just the assemblies, for every architecture, to out/publish/portable
# What is up to date is left alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

case $(uname -s)-$architecture in
  Linux-linux-x64 | Linux-linux-arm64) ;;
  *) fail "PSContainer is built on Linux on x86-64 or arm64; this is $(uname -sm)." ;;
esac

# Notes what linking the executable needs and is not here.
lack_linker() {
  local compiler
  if compiler=$(command -v gcc || command -v clang); then
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

# Sets what links for the machine itself. Named one by one: of several that are there, .NET picks two that do not fit together.
own_linker() {
  lack_linker
  need_nothing_more
  linker=(-p:CppCompilerAndLinker="$(command -v gcc || command -v clang)" -p:ObjCopyName=objcopy)
}

arm64_root=/usr/aarch64-linux-gnu

# Whether this machine can link for arm64 as well.
has_arm64_linker() {
  command -v clang >/dev/null && command -v ld.lld >/dev/null && command -v aarch64-linux-gnu-objcopy >/dev/null &&
    [ -f $arm64_root/lib/libc.a ]
}

# Sets what links for arm64 on another machine: clang, which is every architecture's compiler, with lld and arm64's C library.
arm64_linker() {
  linker=(-p:CppCompilerAndLinker=clang -p:LinkerFlavor=lld -p:SysRoot=$arm64_root -p:ObjCopyName=aarch64-linux-gnu-objcopy)
}

# The executable: OCI runtime, monitor and init in one static file. build_executable ARCHITECTURE
build_executable() {
  local target=$module/runtimes/$1/native new=out/publish/executable-$1 project=src/PSContainer.Runtime
  if up_to_date "executable-$1" $project && [ -x "$target/pscontainer" ]; then return; fi
  if [ "$1" = "$architecture" ]; then own_linker; else arm64_linker; fi
  say "Building pscontainer for $1 (NativeAOT) ..."
  # What a failed attempt left would pass for its output: it is linked, and neither stripped nor complete.
  rm -rf "$new" "$project/obj/Release/net10.0/$1/native" "$project/bin/Release/net10.0/$1"
  quietly dotnet publish $project -c Release -r "$1" "${linker[@]}" -o "$new" --nologo -m:1 9>&- || {
    rm -rf "$new"
    fail "pscontainer could not be built for $1."
  }
  mkdir -p "$target"
  # Renamed over the old one: a container's monitor may be running from it.
  cp "$new/pscontainer" "$target/.pscontainer.new"
  mv "$target/.pscontainer.new" "$target/pscontainer"
  built "executable-$1"
}

build_executables() {
  build_executable "$architecture"
  if [ "$architecture" != linux-x64 ]; then
    say "The executable is built for $architecture alone: an x86-64 machine builds it for both."
  elif has_arm64_linker; then
    build_executable linux-arm64
  else
    say "The executable is built for $architecture alone. For arm64 too: apt-get install clang lld gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
  fi
}

# The assemblies, compiled ahead of time (ReadyToRun): the first cmdlet must not wait for the JIT.
build_assemblies() {
  if up_to_date assemblies src/PSContainer && [ -f "$module/PSContainer.dll" ]; then return; fi
  say "Building PSContainer.dll (ReadyToRun) ..."
  quietly dotnet publish src/PSContainer -c Release -r $architecture --self-contained false \
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

# The same for a package that is for more than one architecture: .NET refuses an assembly that was compiled for another one.
build_portable() {
  if up_to_date portable src/PSContainer && [ -f out/publish/portable/PSContainer.dll ]; then return; fi
  say "Building PSContainer.dll for every architecture ..."
  rm -rf out/publish/portable
  quietly dotnet publish src/PSContainer -c Release -p:GenerateDependencyFile=false -o out/publish/portable --nologo -m:1 9>&-
  built portable
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
  executable) build_executable "$architecture" ;;
  portable) build_portable ;;
  all)
    build_executables
    build_assemblies
    copy_data
    say "The module is in out/PSContainer. Next: pwsh -NoExit -Command Import-Module ./out/PSContainer"
    ;;
  *) fail "build takes nothing, 'executable' or 'portable', not '$1'." ;;
esac
