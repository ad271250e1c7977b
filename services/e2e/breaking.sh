#!/usr/bin/env bash
# Compares the contract with that of the newest release before this commit: what a client was built against must go on
# working. The tag of this commit itself, which a release is made of, is no release before it.
# Usage: breaking.sh BUF
set -euo pipefail
buf=$1
tag=$(git -c versionsort.suffix=- tag --list 'v*' --merged HEAD --no-contains HEAD --sort=-version:refname | head -n 1)
if [[ -z $tag ]]; then
	echo "breaking changes: not checked, there is no release tag v* before this commit"
	exit 0
fi
base=.deps/base
rm -rf "$base" && mkdir -p "$base/.deps"
git archive "$tag" -- proto buf.yaml | tar -x -C "$base"
ln -s ../../proto "$base/.deps/proto"
"$buf" breaking proto --against "$base/proto"
echo "breaking changes: none since $tag"
