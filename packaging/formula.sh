#!/bin/sh
# Prints the Homebrew formula of a release: sh formula.sh SHA256SUMS
set -eu
folder=$(dirname "$0")
sums=$1
formula=$(cat "$folder/bqkit.rb.in")
version=$(sed -n 's/.*  bqkit-\(.*\)-linux-x64\.tar\.xz$/\1/p' "$sums")
[ -n "$version" ] || { echo "$sums has no archive for linux-x64" >&2; exit 1; }
for platform in linux-x64 linux-arm64 macos-x64 macos-arm64; do
  sum=$(sed -n "s/^\([0-9a-f]\{64\}\)  bqkit-$version-$platform\.tar\.xz\$/\1/p" "$sums")
  [ -n "$sum" ] || { echo "$sums has no archive for $platform" >&2; exit 1; }
  formula=$(printf '%s\n' "$formula" | sed "s/@$platform@/$sum/")
done
printf '%s\n' "$formula" | sed "s/@version@/$version/"
