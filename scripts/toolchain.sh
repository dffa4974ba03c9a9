# Sourced by ./scripts/start and ./scripts/test. Brings Node and pnpm into .toolchain/ when the machine
# lacks them, installs the dependencies when the lockfile changed, and touches nothing outside the repository.

readonly node_wanted="24.21.0"
readonly pnpm_wanted="12.21.0"

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
tools="$root/.toolchain"

say() { printf '%s\n' "$*" >&2; }

fail() {
  say ""
  say "wattkit: $*"
  exit 1
}

# Node 22 from 22.19, Node 24 from 24.11, or 26 and later: what the test runner and the bundler accept.
node_is_new_enough() {
  local version major minor
  version="$("$1" --version 2>/dev/null)" || return 1
  version="${version#v}"
  major="${version%%.*}"
  minor="${version#*.}"
  minor="${minor%%.*}"
  case "$major" in
    22) [ "$minor" -ge 19 ] ;;
    24) [ "$minor" -ge 11 ] ;;
    "" | *[!0-9]*) return 1 ;;
    *) [ "$major" -ge 26 ] ;;
  esac
}

platform() {
  local system machine
  system="$(uname -s | tr '[:upper:]' '[:lower:]')"
  machine="$(uname -m)"
  case "$machine" in
    x86_64 | amd64) machine="x64" ;;
    aarch64 | arm64) machine="arm64" ;;
  esac
  printf '%s-%s' "$system" "$machine"
}

# Packages go to a directory of this process and are renamed when complete, so that neither an interruption
# nor a second run at the same moment can leave half a tool behind.
fetch_tool() {
  local package="$1" inside="$2" target="$3" work log
  work="$tools/incoming.$$"
  log="$work.log"
  incoming="$work"
  rm -rf "$work"
  mkdir -p "$work" 2>/dev/null || fail "cannot write to $tools. Make the repository writable for $(id -un)."
  command -v npm >/dev/null 2>&1 || fail "npm was not found. Install Node.js with npm (Debian: apt-get install npm)."
  say "  fetching $package"
  if ! npm install --prefix "$work" --cache "$tools/npm-cache" --ignore-scripts --no-save --no-package-lock \
    --no-audit --no-fund --loglevel=error "$package" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    rm -rf "$work"
    fail "could not fetch $package from the npm registry (output above, also in $log). Run the command again."
  fi
  mv -T "$work/node_modules/$inside" "$target" 2>/dev/null \
    || { [ -d "$target" ] || mv "$work/node_modules/$inside" "$target"; }
  rm -rf "$work" "$log"
  incoming=""
}

# What a killed run left behind is removed once its process is gone.
sweep_leftovers() {
  local left pid
  for left in "$tools"/incoming.*; do
    [ -e "$left" ] || continue
    pid="${left##*/incoming.}"
    pid="${pid%%.*}"
    kill -0 "$pid" 2>/dev/null || rm -rf "$left"
  done
}

stop_bootstrap() {
  trap - INT TERM
  [ -n "${incoming:-}" ] && rm -rf "$incoming" "$incoming.log"
  say ""
  say "Interrupted. Nothing is half done: run the command again to continue."
  exit 130
}

ensure_toolchain() {
  local own_node="$tools/node-$node_wanted" own_pnpm="$tools/pnpm-$pnpm_wanted" machine_node
  trap stop_bootstrap INT TERM
  sweep_leftovers
  machine_node="$(command -v node || true)"
  if [ -n "$machine_node" ] && node_is_new_enough "$machine_node"; then
    node="$machine_node"
  else
    node="$own_node/bin/node"
    if [ ! -x "$node" ]; then
      say "Node ${machine_node:+$("$machine_node" --version) }is too old or missing; wattkit brings its own (Node $node_wanted)."
      fetch_tool "node-$(platform)@$node_wanted" "node-$(platform)" "$own_node"
    fi
    node_is_new_enough "$node" || fail "$node does not run on this machine. Install Node 22.19 or newer yourself."
  fi
  if [ ! -x "$own_pnpm/pnpm" ]; then
    fetch_tool "@pnpm/exe.$(platform)@$pnpm_wanted" "@pnpm/exe.$(platform)" "$own_pnpm"
  fi
  export PATH="$own_pnpm:$(dirname "$node"):$PATH"
  # Caches of every tool stay inside the repository; the home directory may be read-only or missing.
  export XDG_CACHE_HOME="$tools/cache" XDG_DATA_HOME="$tools/share" XDG_STATE_HOME="$tools/state"
  export npm_config_cache="$tools/npm-cache" npm_config_update_notifier=false npm_config_loglevel="${npm_config_loglevel:-error}"
}

manifest_hash() {
  (cd "$root" && cat pnpm-lock.yaml pnpm-workspace.yaml package.json packages/*/package.json \
    examples/*/package.json docs/package.json 2>/dev/null | cksum) && printf '%s %s' "$node_wanted" "$(platform)"
}

# An installation made by hand keeps the store it came from; a fresh one gets a store inside the repository.
store_directory() {
  local known
  known="$(sed -n 's/^ *"\{0,1\}storeDir"\{0,1\}: *"\{0,1\}\([^",]*\)"\{0,1\},\{0,1\}$/\1/p' \
    "$root/node_modules/.modules.yaml" 2>/dev/null | head -n 1)"
  if [ -n "$known" ] && [ -w "$known" ]; then printf '%s' "$(dirname "$known")"; else printf '%s' "$tools/store"; fi
}

ensure_dependencies() {
  local stamp="$tools/dependencies.stamp" log="$tools/install.log" wanted status=0
  wanted="$(manifest_hash)"
  if [ -d "$root/node_modules/.pnpm" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  # Two commands started at once take turns; the second then finds everything in place.
  exec 9>"$tools/install.lock"
  if command -v flock >/dev/null 2>&1; then flock 9; fi
  say "Installing dependencies (only when the lockfile changes)"
  rm -f "$stamp"
  if [ -t 2 ]; then
    (cd "$root" && pnpm install --frozen-lockfile --prefer-offline --store-dir "$(store_directory)" \
      --config.confirm-modules-purge=false </dev/null >&2) || status=$?
  else
    (cd "$root" && pnpm install --frozen-lockfile --prefer-offline --store-dir "$(store_directory)" \
      --config.confirm-modules-purge=false --reporter append-only </dev/null >"$log" 2>&1) || status=$?
    [ "$status" -eq 0 ] || cat "$log" >&2
  fi
  [ "$status" -eq 0 ] || fail "pnpm could not install the dependencies (output above). Run the command again."
  printf '%s' "$wanted" >"$stamp"
  exec 9>&-
}

# Everything a command needs before it runs; `exec` afterwards leaves signals to the program itself.
prepare() {
  mkdir -p "$tools" 2>/dev/null || fail "cannot write to $tools. Make the repository writable for $(id -un)."
  ensure_toolchain
  ensure_dependencies
  trap - INT TERM
}
