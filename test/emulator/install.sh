#!/bin/sh
# Builds the BigQuery emulator that go.mod pins into test/.cache, unless it is there already.
# Needs Go, 6 GB of memory and about five minutes; CGO is not needed.
#
# Not `go install …@version`: that asks the module mirror for the list of versions,
# which it may refuse; a go.mod of our own names every module, so that nothing is looked up.
set -eu

cd "$(dirname "$0")"
package=github.com/goccy/bigquery-emulator/cmd/bigquery-emulator
version=$(sed -n 's|^require github.com/goccy/bigquery-emulator \(v[^ ]*\).*|\1|p' go.mod)
wanted_go=$(sed -n 's/^go //p' go.mod)
cache=../.cache
binary=$cache/bigquery-emulator

say() { printf 'emulator: %s\n' "$*" >&2; }

# Part of the version, so that a changed mend is built again.
mends=$(cat mended/*.go | cksum | cut -d ' ' -f 1)
version=$version+mended.$mends

if [ -x "$binary" ] && "$binary" --version 2>/dev/null | grep -qF "$version"; then
  say "$version is there already"
  exit 0
fi

if ! command -v go >/dev/null; then
  say "cannot be built: no Go on the PATH (wanted: $wanted_go or later)"
  exit 1
fi

mkdir -p "$cache"
printf '*\n' >"$cache/.gitignore"
# A settled tool chain, one package at a time: the largest takes 6 GB to compile.
export GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0

# Two aggregates of its SQL engine are wrong as released (see mended/): a copy of that module is built instead.
go mod download github.com/goccy/googlesqlite
released=$(go list -m -f '{{.Dir}}' github.com/goccy/googlesqlite)
rm -rf "$cache/googlesqlite"
cp -R "$released" "$cache/googlesqlite"
chmod -R u+w "$cache/googlesqlite"
cp mended/*.go "$cache/googlesqlite/internal/functions/approx_aggregate/"
cp go.sum "$cache/emulator.sum"
{
  cat go.mod
  printf '\nreplace github.com/goccy/googlesqlite => %s\n' "$(cd "$cache/googlesqlite" && pwd)"
} >"$cache/emulator.mod"

say "building $version, which takes some minutes"
building=$binary.$$
trap 'rm -f "$building"' EXIT INT TERM
if ! go build -p 1 -modfile "$cache/emulator.mod" -ldflags "-s -w -X main.version=$version" -o "$building" "$package"; then
  say "cannot be built: see the message of go above ($(go version); wanted: go $wanted_go or later)"
  exit 1
fi
mv "$building" "$binary"
say "built $version"
