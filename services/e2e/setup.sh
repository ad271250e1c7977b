#!/usr/bin/env bash
# Brings what the tests need beyond Go, make and git: a C compiler, which the race detector needs, a Chromium, which
# shows the pages, the programs of PostgreSQL (15 or newer) and PgBouncer, which the tests start on their own, and the rules
# of axe-core (MPL-2.0), which check the pages and are no part of any program.
# Installs it where it may (root on Debian, or CI=true); else says what to install and fails.
set -euo pipefail

# axe-core comes from the package registry that npm is set up with, in one fixed version, into .deps/axe.
axe_version=4.14.1
axe_sha256=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
axe_is_there() { [[ -f "$(dirname "${BASH_SOURCE[0]}")/../../.deps/axe/axe-$axe_version.min.js" ]]; }
fetch_axe() {
	local folder
	folder="$(dirname "${BASH_SOURCE[0]}")/../../.deps/axe"
	! axe_is_there || return 0
	echo "fetching axe-core $axe_version"
	rm -rf "$folder" && mkdir -p "$folder/pack"
	(cd "$folder/pack" && npm pack --silent "axe-core@$axe_version" >/dev/null && tar -xzf axe-core-*.tgz package/axe.min.js)
	echo "$axe_sha256  $folder/pack/package/axe.min.js" | sha256sum --check --quiet
	mv "$folder/pack/package/axe.min.js" "$folder/axe-$axe_version.min.js"
	rm -rf "$folder/pack"
}

# What Kubernetes, and the Prometheus operator for its monitors and rules, say of their resources comes from Go modules, in fixed versions,
# into .deps/kubernetes: the manifests in deploy/ are checked against it.
kubernetes_version=v1.37.2
kubernetes_sha256=465276aedf437726de5a6ed23a41b86d78bb0d347edf251a755ae26a93cdd8a6
operator_version=v0.85.0
monitors_sha256=8ce88c52c51209993511cae093089c9525f5552def88119e3f559123ee9d454b
rules_sha256=98fd16c9ab79fba8dcd6ef62c957c98cd6546ab74ce0a4ecf09ddf2fda03020e
fetch_kubernetes() {
	local folder
	folder="$(dirname "${BASH_SOURCE[0]}")/../../.deps/kubernetes"
	mkdir -p "$folder"
	from_module k8s.io/kubernetes "$kubernetes_version" api/openapi-spec/swagger.json \
		"$folder/swagger-$kubernetes_version.json" "$kubernetes_sha256"
	local operator=github.com/prometheus-operator/prometheus-operator crd=example/prometheus-operator-crd/monitoring.coreos.com
	from_module "$operator" "$operator_version" "${crd}_podmonitors.yaml" "$folder/podmonitors-$operator_version.yaml" "$monitors_sha256"
	from_module "$operator" "$operator_version" "${crd}_prometheusrules.yaml" "$folder/prometheusrules-$operator_version.yaml" "$rules_sha256"
}
from_module() { # module version file into sha256
	[[ ! -f $4 ]] || return 0
	echo "fetching $(basename "$4")"
	local from
	from=$(cd / && go mod download -json "$1@$2" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
	echo "$5  $from/$3" | sha256sum --check --quiet
	install_file "$from/$3" "$4"
}
# Whole or not at all: other runs may look at the same time.
install_file() { cp "$1" "$2.$$" && chmod u+w "$2.$$" && mv "$2.$$" "$2"; }

# Programs that packages put outside PATH: the Go package pgserver looks in the same places.
has() {
	command -v "$1" || compgen -G "/usr/lib/postgresql/*/bin/$1" || compgen -G "/usr/pgsql-*/bin/$1" ||
		compgen -G "/opt/homebrew/opt/postgresql@*/bin/$1" || compgen -G "/usr/local/opt/postgresql@*/bin/$1" ||
		compgen -G "/usr/sbin/$1"
} >/dev/null

missing=()
has gcc || has clang || missing+=(gcc libc6-dev)
has chromium || has chromium-browser || has google-chrome || missing+=(chromium)
{ has postgres && has initdb; } || missing+=(postgresql)
has pgbouncer || missing+=(pgbouncer)
axe_is_there || has npm || missing+=(npm)
if ((${#missing[@]} == 0)); then
	fetch_axe
	fetch_kubernetes
	exit 0
fi

if ! command -v apt-get >/dev/null || { [[ $(id -u) != 0 ]] && [[ ${CI:-} != true ]]; }; then
	echo "the tests need ${missing[*]}: install the packages of these names (Debian: apt-get install ${missing[*]})" >&2
	exit 1
fi

sudo=()
[[ $(id -u) == 0 ]] || sudo=(sudo)
install() { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

# Debian makes a cluster and starts it when PostgreSQL is installed, and starts PgBouncer. The tests want neither, and
# leave both settings as they were.
undo=()
trap 'for command in "${undo[@]}"; do "${sudo[@]}" sh -c "$command"; done' EXIT
start_nothing() {
	local policy=/usr/sbin/policy-rc.d
	[[ ! -e $policy ]] || return 0
	undo+=("rm -f $policy")
	printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
	"${sudo[@]}" chmod +x "$policy"
}
no_cluster() {
	local conf=/etc/postgresql-common/createcluster.conf
	install postgresql-common
	undo+=("mv $conf.before-tests $conf")
	"${sudo[@]}" cp -p "$conf" "$conf.before-tests"
	echo 'create_main_cluster = false' | "${sudo[@]}" tee -a "$conf" >/dev/null
}

echo "installing what the tests need: ${missing[*]}"
"${sudo[@]}" apt-get update -qq
start_nothing
[[ " ${missing[*]} " != *" postgresql "* ]] || no_cluster
install "${missing[@]}"
[[ " ${missing[*]} " != *" pgbouncer "* ]] || "${sudo[@]}" systemctl disable -q pgbouncer 2>/dev/null || true
fetch_axe
fetch_kubernetes
