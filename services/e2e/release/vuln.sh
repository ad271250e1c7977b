#!/usr/bin/env bash
# Looks for known vulnerabilities in what the programs are built of, Go's library included, and names only those whose
# code is reached. Ends with 1 if there is one. The database is the Go project's, or that of VULN_DB, a URL (file:// too).
# Where it is out of reach nothing was checked: that is said, and is a failure only with REQUIRE=1, as in a release.
set -euo pipefail
cd "$(dirname "$0")/../../.."

said=$(mktemp)
trap 'rm -f "$said"' EXIT
found=0
for module in statements metrics gateway cli; do
	result=0
	"$GOVULNCHECK" -C "services/$module" ${VULN_DB:+-db "$VULN_DB"} ./... >"$said" 2>&1 || result=$?
	if [[ $result == 0 || $result == 3 ]]; then
		echo "services/$module: $(cat "$said")"
		[[ $result == 0 ]] || found=1
		continue
	fi
	cat "$said" >&2
	grep -q 'fetching vulnerabilities' "$said" || exit 1 # it failed for another reason
	echo "NOT CHECKED for vulnerabilities: their database is out of reach" >&2
	[[ ${REQUIRE:-} != 1 ]] || exit 1
	exit $found
done
exit $found
