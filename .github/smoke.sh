#!/usr/bin/env bash
# Starts wattkit as a user would, waits for it to be ready, and stops it.
set -euo pipefail

port="${PORT:-4173}"
directory="$(mktemp -d)"
"$(dirname "$0")/../scripts/start" --port "$port" --data-dir "$directory" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$directory"' EXIT

for _ in $(seq 1 120); do
  if curl --silent --fail "http://127.0.0.1:$port/health/ready" >/dev/null; then
    echo "wattkit answers on port $port"
    exit 0
  fi
  kill -0 "$server" || { echo "wattkit stopped before it answered"; exit 1; }
  sleep 1
done
echo "wattkit did not answer within two minutes"
exit 1
