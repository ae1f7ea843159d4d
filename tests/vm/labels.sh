#!/usr/bin/env bash
# Labels of a security module that the kernel enforces: AppArmor, which Debian's kernel has on. Needs apparmor_parser.
# Writes "passed failed skipped" to the file in $COUNT.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source build/common.sh
source tests/vm/check.sh
profile=psc-test-profile
mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security

if ! command -v apparmor_parser >/dev/null || [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ]; then
  echo "  Skipped: there is no AppArmor here, or no apparmor_parser."
  echo "0 0 5" >"$COUNT"
  exit
fi
apparmor_parser --skip-cache --replace <<TEXT || { echo "0 1 0" >"$COUNT"; exit; }
profile $profile flags=(attach_disconnected,mediate_deleted) {
  file,
  capability,
  network,
  mount,
  umount,
  signal,
  ptrace,
  deny /secret r,
}
TEXT

psc() { "$pscontainer" --root "$work/state" "$@"; }
# bundle PROFILE SCRIPT: a new bundle in $bundle, and a root with a file that the profile denies.
bundle() {
  id=psc-test-$RANDOM$RANDOM
  bundle=$work/$id
  mkdir "$bundle"
  cp -a "$PSCONTAINER_TEST_ROOTFS" "$bundle/rootfs"
  echo hidden >"$bundle/rootfs/secret"
  psc spec --bundle "$bundle"
  sed -i -e "s|\"args\": \[|\"apparmorProfile\": \"$1\", \"args\": [|" -e "s|^\(\t*\)\"sh\"|\1\"/bin/sh\", \"-c\", \"${2//&/\\&}\"|" \
    -e 's|"terminal": true|"terminal": false|' "$bundle/config.json"
}
output() { bundle "$@" && psc run --bundle "$bundle" "$id" </dev/null; }

profile_is_entered() { same "$profile (enforce)" "$(output $profile 'cat /proc/self/attr/current')"; }

profile_is_enforced() {
  local said
  said=$(output $profile 'head -c 4 /etc/passwd; cat /secret' 2>&1 || true)
  [[ $said == root*denied* ]] || { echo "said '$said'"; return 1; }
}

executed_process_enters_it_too() {
  bundle $profile 'sleep 1000' && psc run --detach --bundle "$bundle" "$id" </dev/null >/dev/null
  same "$profile (enforce)" "$(cat "/proc/$(psc state "$id" | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')/attr/current")"
  same "$profile (enforce)" "$(psc exec --apparmor $profile "$id" cat /proc/self/attr/current)"
  psc delete --force "$id"
}

unknown_profile_is_refused_before_anything_is_made() {
  local said
  bundle psc-no-such-profile true
  said=$(psc run --bundle "$bundle" "$id" </dev/null 2>&1) && return 1
  [[ $said == *"AppArmor has no profile 'psc-no-such-profile'"* ]] || { echo "said '$said'"; return 1; }
  [ ! -e "$work/state/$id" ]
}

# CVE-2019-16884: a mount over /proc must not swallow the label.
label_is_not_written_to_a_file_of_the_container() {
  local said
  bundle $profile 'grep . /proc/1/attr/apparmor/exec /proc/self/attr/apparmor/exec'
  mkdir -p "$bundle/fake/self/attr/apparmor" "$bundle/fake/1/attr/apparmor"
  touch "$bundle/fake/self/attr/apparmor/exec" "$bundle/fake/1/attr/apparmor/exec"
  sed -i "s|\"mounts\": \[|\"mounts\": [ { \"destination\": \"/cover\", \"type\": \"bind\", \"source\": \"$bundle/fake\", \"options\": [\"rbind\"] },|" "$bundle/config.json"
  # Last in the list, so that it lies over the kernel's.
  sed -i -e 's|"destination": "/cover"|"destination": "/proc"|' "$bundle/config.json"
  said=$(psc run --detach --bundle "$bundle" "$id" </dev/null 2>&1)
  [ ! -s "$bundle/fake/self/attr/apparmor/exec" ] && [ ! -s "$bundle/fake/1/attr/apparmor/exec" ] || { echo "the container's file got the label"; return 1; }
  psc delete --force "$id" 2>/dev/null
  return 0
}

for name in profile_is_entered profile_is_enforced executed_process_enters_it_too unknown_profile_is_refused_before_anything_is_made \
  label_is_not_written_to_a_file_of_the_container; do
  check $name
done
echo "$passed $failed 0" >"$COUNT"
