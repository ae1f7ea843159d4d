#!/usr/bin/env bash
# Copies the built module to where PowerShell looks for modules: a folder given, else everybody's for root and one's own for others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

if [ "$(id -u)" = 0 ]; then
  default=/usr/local/share/powershell/Modules
else
  default=${XDG_DATA_HOME:-$HOME/.local/share}/powershell/Modules
fi
version=$(version)
target=${1:-$default}/PSContainer/$version
say "Installing PSContainer $version to $target"
mkdir -p "$(dirname "$target")"
rm -rf "$target.new"
cp -r "$module" "$target.new"
rm -rf "$target"
mv "$target.new" "$target"
