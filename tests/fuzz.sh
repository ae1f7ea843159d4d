#!/usr/bin/env bash
# A long run of the properties in tests/PSContainer.Native.Tests/Fuzz: everything that reads what others wrote, on damaged input.
#   tests/fuzz.sh [RUNS] [NAME]     inputs a property (100000), and only the properties whose name holds NAME
# A failure prints the smallest input that fails and its seed; it becomes a test beside the code that it found wanting.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source build/common.sh
export PSCONTAINER_FUZZ_RUNS=${1:-100000}
[[ $PSCONTAINER_FUZZ_RUNS =~ ^[1-9][0-9]*$ ]] || fail "'$PSCONTAINER_FUZZ_RUNS' is not a number of runs."
filter='FullyQualifiedName~.Fuzz.'
[ -z "${2:-}" ] || filter+="&FullyQualifiedName~$2"
exec dotnet test tests/PSContainer.Native.Tests -m:1 --nologo --filter "$filter" -- xunit.parallelizeTestCollections=false
