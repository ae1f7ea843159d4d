#!/usr/bin/env bash
# Writes en-US/PSContainer.dll-Help.xml, what Get-Help shows, from the Markdown in docs/en-US.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh

pwsh=$(find_pwsh)
[ -n "$pwsh" ] || fail "The help is made by PowerShell with the module Microsoft.PowerShell.PlatyPS, and there is no PowerShell here."
"$pwsh" -NoLogo -NoProfile -NonInteractive -File build/Export-Help.ps1
