#!/bin/sh
# Installs bqkit, bq-profile, bq-schema-diff and bq-table-compare for this user, after a check of the checksum.
#
#   sh install.sh [VERSION]
#
# BQKIT_INSTALL_DIR: the folder of the programs (default ~/.local/bin).
# BQKIT_DOWNLOAD: where the files of a release are (default: the project's releases).
set -eu

repository=https://github.com/OWNER/bqkit
version=${1:-}
folder=${BQKIT_INSTALL_DIR:-$HOME/.local/bin}

fail() {
  echo "bqkit: $*" >&2
  exit 1
}

fetch() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget -q -O "$2" "$1"
  else
    fail "curl or wget is needed"
  fi || fail "$1 cannot be downloaded"
}

if command -v sha256sum >/dev/null 2>&1; then
  hash=sha256sum
elif command -v shasum >/dev/null 2>&1; then
  hash="shasum -a 256"
else
  fail "sha256sum or shasum is needed"
fi

case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=macos ;;
  *) fail "there is no script for $(uname -s); download the archive from $repository/releases" ;;
esac
case $(uname -m) in
  x86_64 | amd64) machine=x64 ;;
  aarch64 | arm64) machine=arm64 ;;
  *) fail "there is no build for $(uname -m)" ;;
esac
libc=
if [ "$system" = linux ] && ldd --version 2>&1 | grep -qi musl; then libc=-musl; fi
suffix=tar.gz
if command -v xz >/dev/null 2>&1; then suffix=tar.xz; fi

if [ -n "$version" ]; then release=download/v$version; else release=latest/download; fi
download=${BQKIT_DOWNLOAD:-$repository/releases/$release}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch "$download/SHA256SUMS" "$work/SHA256SUMS"
line=$(grep -E "^[0-9a-f]{64}  bqkit-[0-9][^/]*-$system-$machine$libc\.$suffix\$" "$work/SHA256SUMS") ||
  fail "the release has no archive for $system-$machine$libc"
[ "$(echo "$line" | wc -l)" -eq 1 ] || fail "SHA256SUMS names several archives for $system-$machine$libc"
archive=${line#*  }
fetch "$download/$archive" "$work/$archive"
sum=$($hash "$work/$archive")
[ "${sum%% *}" = "${line%% *}" ] || fail "$archive has another checksum than SHA256SUMS; nothing was installed"

case $suffix in
  tar.xz) xz -dc "$work/$archive" >"$work/bqkit.tar" ;;
  tar.gz) gzip -dc "$work/$archive" >"$work/bqkit.tar" ;;
esac
tar -xf "$work/bqkit.tar" -C "$work"
mkdir -p "$folder"
mv "$work/${archive%."$suffix"}/bqkit" "$folder/bqkit.new"
mv "$folder/bqkit.new" "$folder/bqkit"
"$folder/bqkit" link "$folder"
"$folder/bqkit" --version
case :$PATH: in
  *":$folder:"*) ;;
  *) echo "add $folder to the PATH" ;;
esac
