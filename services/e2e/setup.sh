#!/usr/bin/env bash
# Brings what the tests need beyond Go, make and git: a Chromium, which drives the pages.
# Installs it where it may (root on Debian, or CI=true); else says what to install and fails.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
((${#missing[@]} == 0)) && exit 0

if command -v apt-get >/dev/null && { [[ $(id -u) == 0 ]] || [[ ${CI:-} == true ]]; }; then
	sudo=()
	[[ $(id -u) == 0 ]] || sudo=(sudo)
	echo "installing what the tests need: ${missing[*]}"
	"${sudo[@]}" apt-get update -qq
	DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
	exit 0
fi
echo "the tests need ${missing[*]}: install the package of that name (Debian: apt-get install ${missing[*]})" >&2
exit 1
