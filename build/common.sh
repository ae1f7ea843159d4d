# What the task scripts share; sourced from the root of the repository.

root=$PWD
module=$root/out/PSContainer
# The machine's own architecture, as .NET names it.
case $(uname -m) in
  x86_64) architecture=linux-x64 ;;
  aarch64) architecture=linux-arm64 ;;
  *) architecture=linux-$(uname -m) ;;
esac
pscontainer=$module/runtimes/$architecture/native/pscontainer
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export DOTNET_CLI_HOME=${DOTNET_CLI_HOME:-${HOME:-$root/.tools}}
export NUGET_PACKAGES=${NUGET_PACKAGES:-$DOTNET_CLI_HOME/.nuget/packages}

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

# lack WHAT [PACKAGE]: notes something that is missing, and the Debian package that has it.
missing=() packages=()
lack() {
  missing+=("$1")
  [ -z "${2:-}" ] || packages+=("$2")
}

# Fails when something was noted, and names it all at once.
need_nothing_more() {
  [ ${#missing[@]} -gt 0 ] || return 0
  local what sudo=''
  say "error: what this needs and is missing here:"
  for what in "${missing[@]}"; do say "  $what"; done
  [ "$(id -u)" = 0 ] || sudo='sudo '
  [ ${#packages[@]} = 0 ] || say "On Debian and Ubuntu: ${sudo}apt-get update && ${sudo}apt-get install -y ${packages[*]}"
  exit 1
}

# need COMMAND PACKAGE: the command must be there.
need() {
  command -v "$1" >/dev/null || lack "$1" "$2"
  need_nothing_more
}

# The version, which the manifest has to say too.
version() {
  local version manifest
  version=$(sed -nE 's|.*<Version>(.*)</Version>.*|\1|p' Directory.Build.props)
  manifest=$(sed -nE "s/^ *ModuleVersion *= *'([^']+)'.*/\1/p" PSContainer.psd1)
  [ "$version" = "$manifest" ] || fail "Directory.Build.props is of version $version, PSContainer.psd1 of $manifest."
  printf '%s\n' "$version"
}

# quietly COMMAND...: shows what the command printed only when it fails.
quietly() {
  local output
  output=$(mktemp)
  if ! "$@" >"$output" 2>&1; then
    cat "$output" >&2
    rm -f "$output"
    return 1
  fi
  rm -f "$output"
}

# fingerprint PATH...: one hash over the names and contents of the files below the paths, build output left out.
fingerprint() {
  find "$@" -type d \( -name bin -o -name obj \) -prune -o -type f -print0 2>/dev/null |
    LC_ALL=C sort -z | xargs -0r sha256sum | sha256sum | cut -d' ' -f1
}

# The path of a PowerShell that the module works in, or nothing: the one on PATH, else one in .tools, where it is tried to install it as a
# .NET tool.
find_pwsh() {
  local candidate said
  for candidate in "${PWSH:-}" "$(command -v pwsh || true)" "$root/.tools/pwsh"; do
    [ -n "$candidate" ] && [ -x "$candidate" ] || continue
    said=$("$candidate" --version)
    if printf 'PowerShell 7.6\n%s\n' "$said" | sort --check=quiet --version-sort; then
      printf '%s\n' "$candidate"
      return
    fi
    say "$candidate is $said, and 7.6 is needed."
  done
  say "There is no PowerShell 7.6 on PATH: trying to install PowerShell as a .NET tool into $root/.tools"
  if timeout 300 dotnet tool install PowerShell --version '7.6.*' --tool-path "$root/.tools" >/dev/null 2>&1; then
    # The tool's own command starts `dotnet` on it: slower, and such a process cannot say how to start another PowerShell.
    chmod a+x "$root"/.tools/.store/powershell/*/powershell/*/tools/*/any/unix/pwsh
    ln -sf "$root"/.tools/.store/powershell/*/powershell/*/tools/*/any/unix/pwsh "$root/.tools/pwsh"
    printf '%s\n' "$root/.tools/pwsh"
  else
    say "PowerShell could not be installed as a .NET tool (dotnet tool install PowerShell failed): going on without it."
  fi
}

# find_pester PWSH: what Import-Module takes to load Pester 6, or nothing: the module where there is one, else a package in .tools.
find_pester() {
  local package=$root/.tools/packages/pester/6.2.0/tools/Pester.psd1
  if "$1" -NoProfile -Command 'exit [int](-not (Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -eq 6 }))'; then
    echo Pester
    return
  fi
  [ -e "$package" ] || timeout 300 dotnet restore build/pester.proj --packages "$root/.tools/packages" >/dev/null 2>&1
  if [ -e "$package" ]; then
    printf '%s\n' "$package"
  else
    say "Pester could not be had as a package (dotnet restore build/pester.proj failed): going on without it."
  fi
}
