#!/usr/bin/env bash
# Brings what the tests need beyond Go, make and git: a C compiler, which the race detector needs, and a Chromium, which
# shows the pages.
# Installs it where it may (root on Debian, or CI=true); else says what to install and fails.
set -euo pipefail

missing=()
command -v gcc >/dev/null || command -v clang >/dev/null || missing+=(gcc libc6-dev)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
((${#missing[@]} == 0)) && exit 0

if command -v apt-get >/dev/null && { [[ $(id -u) == 0 ]] || [[ ${CI:-} == true ]]; }; then
	sudo=()
	[[ $(id -u) == 0 ]] || sudo=(sudo)
	echo "installing what the tests need: ${missing[*]}"
	"${sudo[@]}" apt-get update -qq
	DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
	exit 0
fi
echo "the tests need ${missing[*]}: install the packages of these names (Debian: apt-get install ${missing[*]})" >&2
exit 1
