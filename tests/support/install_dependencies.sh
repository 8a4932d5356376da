#!/bin/bash
# Installs the Debian packages that building and testing need, or says which are missing.
set -euo pipefail

packages=(
  cmake ninja-build ccache
  libgc-dev libgmp-dev libreadline-dev zlib1g-dev libssl-dev libbz2-dev liblzma-dev libexpat1-dev uuid-dev libsqlite3-dev libffi-dev libcrypt-dev libdb5.3 libncurses-dev
  libgtest-dev libgmock-dev libxbyak-dev
  python3.11 libpython3.11-stdlib libpython3.11-testsuite ca-certificates
)
# The shipped build is clang's; CXX=g++ needs no clang.
case "${CXX:-}" in
  g++* | */g++*) packages+=(g++) ;;
  *) packages+=(g++ clang-19 lld-19 libclang-rt-19-dev) ;;
esac

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $state == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

if [[ $(id -u) -eq 0 ]]; then
  privileged=()
elif sudo -n true 2>/dev/null; then
  privileged=(sudo -n)
else
  echo "These packages are missing, and this user may not install them: ${missing[*]}" >&2
  echo "Install them with: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "Installing: ${missing[*]}"
"${privileged[@]}" apt-get update -qq
"${privileged[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install --yes --no-install-recommends "${missing[@]}"
