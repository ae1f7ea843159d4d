# What the scripts of the virtual machine share: to be sourced. Their working directory is $work.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# same WANTED FOUND
same() { [ "$1" = "$2" ] || { echo "wanted '$1', found '$2'"; return 1; }; }

# check NAME: runs the function in a shell that ends at the first failure.
check() {
  (set -eE; trap 'echo "line $LINENO: $BASH_COMMAND"' ERR; "$1") >"$work/said" 2>&1
  if [ $? = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "  Failed ${1//_/ }"
    sed 's/^/    /' "$work/said"
  fi
}
