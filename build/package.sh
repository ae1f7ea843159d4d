#!/usr/bin/env bash
# Writes the built module as a package that Install-PSResource installs: out/PSContainer.VERSION.nupkg, with the executable of every
# architecture that the module is for.
#   build/package.sh [--only RUNTIME]    with that of linux-x64 or linux-arm64 alone
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

runtimes=(linux-x64 linux-arm64)
case ${1:-} in
  '') ;;
  --only)
    [[ " ${runtimes[*]} " == *" ${2:-} "* ]] || fail "--only takes ${runtimes[0]} or ${runtimes[1]}, not '${2:-}'."
    runtimes=("$2")
    ;;
  *) fail "package takes nothing or --only RUNTIME, not '$1'." ;;
esac
for runtime in "${runtimes[@]}"; do
  [ -f "$module/runtimes/$runtime/native/pscontainer" ] ||
    fail "A package is for both architectures, and $runtime was not built. For the other alone: ./build.sh package --only linux-$([ "$runtime" = linux-x64 ] && echo arm64 || echo x64)"
done

pwsh=$(find_pwsh)
[ -n "$pwsh" ] || fail "The package is made by PowerShell (Compress-PSResource), and there is no PowerShell here. ./build.sh install does without."

# The assemblies of the module are compiled for this machine's architecture.
assemblies=$module
if [ "${runtimes[*]}" != "$architecture" ]; then
  build/module.sh portable
  assemblies=$root/out/publish/portable
fi
"$pwsh" -NoLogo -NoProfile -NonInteractive -File build/package.ps1 "$module" "$root/out" "$assemblies" "${runtimes[@]}"
