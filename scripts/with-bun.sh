#!/bin/sh
# Runs `bun "$@"` after an install from the lock file; takes Bun from npm where it is not on the machine.
set -e
version=1.4.5
cd "$(dirname "$0")/.."
if [ "$(bun --version 2>/dev/null)" = "$version" ]; then
  run() { bun "$@"; }
elif command -v npx >/dev/null 2>&1; then
  run() { npx -y "bun@$version" "$@"; }
elif command -v bun >/dev/null 2>&1; then
  run() { bun x "bun@$version" "$@"; }
else
  echo "bqkit needs Node with npm, or Bun: see https://bun.sh" >&2
  exit 2
fi
run install --frozen-lockfile --silent >&2
run "$@"
