# Everything a newcomer needs is `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

GO      ?= go
TOOLS   := $(CURDIR)/.deps/bin
MODULES := gen services/platform services/statements services/metrics services/gateway services/cli services/e2e

# Tools are pinned here and built by `go install` into .deps/bin. The protoc plugins are pinned in gen/go.mod.
BUF_VERSION           := v1.75.0
GOLANGCI_LINT_VERSION := v2.15.0
GRPCURL_VERSION       := v1.9.4
CYCLONEDX_VERSION     := v1.10.0
GOVULNCHECK_VERSION   := v1.9.0
PROMTOOL_VERSION      := v0.316.0
OAUTH2_PROXY_VERSION   = $(shell sed -n 's/.*oauth2-proxy, newTag: \(.*\)}/\1/p' deploy/kubernetes/overlays/production/kustomization.yaml)
BUF           := $(TOOLS)/buf-$(BUF_VERSION)
GOLANGCI_LINT := $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)
GRPCURL       := $(TOOLS)/grpcurl-$(GRPCURL_VERSION)/grpcurl
CYCLONEDX     := $(TOOLS)/cyclonedx-gomod-$(CYCLONEDX_VERSION)
GOVULNCHECK   := $(TOOLS)/govulncheck-$(GOVULNCHECK_VERSION)
PROMTOOL      := $(TOOLS)/promtool-$(PROMTOOL_VERSION)
OAUTH2_PROXY   = $(TOOLS)/oauth2-proxy-$(OAUTH2_PROXY_VERSION)

# Third-party .proto files, printed from the Go modules that gen is compiled against.
PROTO_DEPS := .deps/proto/.stamp

DATA ?= ./data

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## Use

.PHONY: run
run: build ## start everything on embedded storage, or on DATABASE=postgres://…, with the example record, and print the URLs
	@$(CURDIR)/.deps/out/onrecord serve --examples $(if $(DATABASE),--database '$(DATABASE)',--data $(DATA)) --log-level warn

.PHONY: demo-data
demo-data: build ## put the public quotations and time series below DATA on the record of SERVER, by default that of `make run`
	@$(CURDIR)/.deps/out/onrecord demo-data '$(DATA)' $(if $(SERVER),--server '$(SERVER)')

.PHONY: build
build: ## build the four programs into .deps/out
	@mkdir -p .deps/out
	@for program in cli/cmd/onrecord statements/cmd/statements metrics/cmd/metrics gateway/cmd/gateway; do \
		$(GO) build -trimpath -o .deps/out/ ./services/$$program; \
	done

## Check

# What takes longest begins first, so that nothing waits for it at the end.
LONGEST := ./services/metrics/server ./services/statements/server

# SQLite is C made into Go: nothing of ours runs in it, and it takes half of the time when its every access is checked.
RACE := -race -gcflags='modernc.org/...=-race=false'

# Tests wait for disks and servers, too, so more packages are tested at once than there are cores. The tables of symbols and
# of debuggers, which a third of linking is for, are of no use to a test: a trace has its lines without them. What vet would find,
# `make lint` finds. Properties make fewer checks when the time is nearly up, so there is time enough.
TESTING := -p $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 ))) -ldflags=-s -vet=off

.PHONY: test
test: test-setup ## run every test, with a PostgreSQL of their own or the one of ONRECORD_TEST_POSTGRES
	@[[ -n "$${ONRECORD_E2E_PROGRAMS:-}" ]] || $(GO) run ./services/e2e/release programs .deps/out/tested
	@ONRECORD_E2E_PROGRAMS="$${ONRECORD_E2E_PROGRAMS:-$(CURDIR)/.deps/out/tested}" \
		$(GO) run ./services/platform/testkit/pgtest/with $(GO) test $(RACE) $(TESTING) -count=1 -timeout 30m $(LONGEST) work

.PHONY: test-fast
test-fast: test-setup ## run the tests without the race detector, the end-to-end suites and the long ones on PostgreSQL
	@$(GO) run ./services/platform/testkit/pgtest/with $(GO) test $$($(GO) list work | grep -Ev '/services/e2e|/(postgres|pgdb|pgtest)(/|$$)')

.PHONY: test-setup
test-setup:
	@./services/e2e/setup.sh

# What `make e2e-kube` needs to know of the cluster of KUBECONFIG: see services/e2e/kube/doc.go.
LOAD    ?=
HOST    ?=
VOLUMES ?=

.PHONY: e2e-kube
e2e-kube: images ## deploy both overlays on the cluster of KUBECONFIG and try them there: LOAD='ctr -n k8s.io images import' HOST=ADDRESS-OF-THIS-MACHINE
	@ONRECORD_KUBE_LOAD='$(LOAD)' ONRECORD_KUBE_HOST='$(HOST)' ONRECORD_KUBE_VOLUMES='$(VOLUMES)' \
		ONRECORD_KUBE_IMAGES='$(CURDIR)/$(IMAGES)' ONRECORD_KUBE_VERSION='$(VERSION)' \
		$(GO) test -tags kube -count=1 -timeout 50m -v $(if $(RUN),-run '$(RUN)') ./services/e2e/kube

.PHONY: e2e-proxy
e2e-proxy: test-setup ## sign in by oauth2-proxy, in a browser, with the settings of its component
	@[[ -x $(OAUTH2_PROXY) ]] || { echo "building oauth2-proxy $(OAUTH2_PROXY_VERSION) (once, about a minute)"; \
		GOWORK=off GOBIN=$(TOOLS) $(GO) install github.com/oauth2-proxy/oauth2-proxy/v7@$(OAUTH2_PROXY_VERSION); \
		mv $(TOOLS)/oauth2-proxy $(OAUTH2_PROXY); }
	@ONRECORD_E2E_OAUTH2_PROXY=$(OAUTH2_PROXY) $(GO) test -tags proxy -count=1 ./services/e2e/proxy

.PHONY: shots
shots: test-setup ## have axe-core check every page, and keep pictures of them in both colour schemes in .deps/shots
	@rm -rf .deps/shots && mkdir -p .deps/shots
	@failed=0; $(GO) test -count=1 -artifacts -outputdir $(CURDIR)/.deps/shots ./services/e2e/browser || failed=$$?; \
	find .deps/shots -name '*.png' -exec mv -t .deps/shots {} + && rm -rf .deps/shots/_artifacts; exit $$failed

.PHONY: lint
lint: lint-proto lint-gen lint-modules lint-licences lint-alerts lint-go ## run every check that is not a test

.PHONY: lint-proto
lint-proto: $(BUF) $(PROTO_DEPS)
	@$(BUF) lint proto
	@$(BUF) format proto --diff --exit-code
	@./services/e2e/breaking.sh $(BUF)

.PHONY: lint-gen
lint-gen: ## fail if gen/ is not what `make gen` writes
	@before=$$(find gen -type f -print0 | sort -z | xargs -0 sha256sum); \
	$(MAKE) gen; \
	after=$$(find gen -type f -print0 | sort -z | xargs -0 sha256sum); \
	if [[ "$$before" != "$$after" ]]; then \
		echo "gen/ was stale; 'make gen' has just brought it up to date:"; \
		diff <(echo "$$before") <(echo "$$after") | awk '/^[<>]/ {print "  " $$3}' | sort -u; exit 1; \
	fi

# It links nothing. What only linking finds, such as a program without func main, is found where the program runs: of e2e/load,
# e2e/bench and e2e/kube/caller, which neither lint nor test runs, by whoever runs them.
.PHONY: lint-modules
lint-modules: ## compile every module outside the workspace, as those who import it do
	@for module in $(MODULES); do \
		(cd $$module && GOWORK=off $(GO) list -export ./... > /dev/null && GOWORK=off $(GO) mod tidy -diff) || { echo "$$module: go.mod is not tidy, or the module does not build by itself"; exit 1; }; \
	done

.PHONY: lint-licences
lint-licences: ## fail if a module is not under a permissive licence; it asks nobody
	@$(GO) run ./services/e2e/release licences

.PHONY: lint-alerts
lint-alerts: $(PROMTOOL) ## check the rules of Prometheus and the queries of the dashboard, and run the rules' own tests
	@$(PROMTOOL) check rules --lint-fatal deploy/prometheus/recording.yaml deploy/prometheus/alerts.yaml > /dev/null
	@$(GO) run ./services/e2e/alerts/print queries | $(PROMTOOL) check rules > /dev/null
	@$(PROMTOOL) test rules deploy/prometheus/*_test.yaml > /dev/null

.PHONY: lint-go
lint-go: $(GOLANGCI_LINT)
	@test -z "$$(gofmt -l services gen/protodeps gen/openapi)" || { echo "not formatted:"; gofmt -l services gen/protodeps gen/openapi; exit 1; }
	@$(GO) vet ./gen/openapi/... ./gen/protodeps/... ./gen/reasons/...
	@for module in $(filter-out gen,$(MODULES)); do (cd $$module && $(GOLANGCI_LINT) run --config $(CURDIR)/.golangci.yaml ./...) || exit 1; done

.PHONY: vuln
vuln: $(GOVULNCHECK) ## look for known vulnerabilities; says so if their database is out of reach (REQUIRE=1: and fails)
	@GOVULNCHECK=$(GOVULNCHECK) ./services/e2e/release/vuln.sh

.PHONY: bench
bench: ## measure every hot path and print the README's table (WRITE=1 puts it there)
	@$(GO) run ./services/e2e/bench $(if $(WRITE),-write)

.PHONY: bench-large
bench-large: test-setup ## at 1,000,000 rows: check the plan of every hot query, measure reads and searches and what a fact takes on disk
	@ONRECORD_PLAN_ROWS=1000000 $(GO) run ./services/platform/testkit/pgtest/with $(GO) test -count=1 -timeout 60m \
		-run TestQueriesAreReadFromAnIndex -bench 'BenchmarkSize|BenchmarkBare|BenchmarkBulk|BenchmarkGrowth' -benchtime 1s \
		./services/statements/internal/store/... ./services/metrics/internal/store/... | grep -v 'no test files'

FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (30s)
	@for file in $$(grep -rl --include='*_test.go' '^func Fuzz' services); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$file); do \
			echo "$$file $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x ./$$(dirname $$file); \
		done; \
	done

## Release

# What programs and images are stamped with. VERSION is the images' tag, too.
VERSION      ?= $(shell git describe --tags --match 'v*' --always --dirty)
COMMIT       ?= $(shell git rev-parse HEAD)
COMMIT_TIME  ?= $(shell git log -1 --format=%cI)
IMAGE_PREFIX ?= localhost/onrecord
ARCH         ?= $(shell $(GO) env GOARCH)
IMAGES       := .deps/images
STAMP         = -version '$(VERSION)' -commit '$(COMMIT)' -time '$(COMMIT_TIME)' -prefix '$(IMAGE_PREFIX)' -arch '$(ARCH)'

.PHONY: images
images: $(CYCLONEDX) ## write an image of each program, and its bill of materials, into .deps/images; needs no container engine
	@rm -rf $(IMAGES) && mkdir -p $(IMAGES)
	@$(GO) run ./services/e2e/release images $(STAMP) -out $(IMAGES) | tee $(IMAGES)/digests
	@for program in statements metrics gateway onrecord; do \
		$(CYCLONEDX) bin -json -std -noserial -notimestamp -version '$(VERSION)' -output $(IMAGES)/$$program.cdx.json $(IMAGES)/programs/$$program; \
	done
	@cd $(IMAGES) && sha256sum digests *.tar *.cdx.json > SHA256SUMS

.PHONY: images-check
images-check: images ## build the images once more, elsewhere and from nothing, and compare the digests
	@again=$$(mktemp -d); trap 'rm -rf "$$again"' EXIT; mkdir "$$again/source"; \
	git ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read --files-from=- | tar -x -C "$$again/source"; \
	(cd "$$again/source" && GOCACHE="$$again/cache" $(GO) run ./services/e2e/release images $(STAMP) -out "$$again/images" > "$$again/digests"); \
	diff $(IMAGES)/digests "$$again/digests" || { echo "two builds of one source differ"; exit 1; }; \
	echo "built twice, the same digests"

## Generate

.PHONY: gen
gen: $(BUF) $(PROTO_DEPS) ## write gen/ from proto/
	@rm -rf .deps/stage && mkdir -p .deps/stage/gen/rest .deps/stage/openapi
	@$(BUF) generate -o .deps/stage
	@rm -rf gen/onrecord gen/rest && mv .deps/stage/gen/onrecord .deps/stage/gen/rest gen/
	@cd gen && $(GO) tool openapiv3-merge $$(find $(CURDIR)/.deps/stage/openapi -name '*.openapi.json' | sort) > $(CURDIR)/.deps/stage/merged.json
	@cd gen && $(GO) run ./openapi/tidy -in ../.deps/stage/merged.json -out openapi/onrecord.openapi.json
	@cd gen && $(GO) run ./reasons/collect -in ../proto/README.md -out reasons/reasons.json

.PHONY: alerts
alerts: ## write the PrometheusRule of the component monitoring from deploy/prometheus
	@rule=$$($(GO) run ./services/e2e/alerts/print resource) && echo "$$rule" > deploy/kubernetes/components/monitoring/rules.yaml

.PHONY: readme
readme: $(GRPCURL) ## bring settings and examples in README.md up to date (needs curl and jq)
	@PATH="$(dir $(GRPCURL)):$$PATH" $(GO) test -count=1 ./services/e2e/readme -update

.PHONY: fmt
fmt: $(BUF) ## format Go and proto files
	@gofmt -w services gen/protodeps gen/openapi
	@$(BUF) format -w proto

$(PROTO_DEPS): gen/go.mod gen/protodeps/main.go
	@rm -rf $(@D) && cd gen && $(GO) run ./protodeps -out ../$(@D) && touch ../$@

## Tools

$(BUF):
	@echo "building buf $(BUF_VERSION) (once, about 4 minutes)"
	@GOWORK=off GOBIN=$(TOOLS) $(GO) install github.com/bufbuild/buf/cmd/buf@$(BUF_VERSION)
	@mv $(TOOLS)/buf $@

$(GOLANGCI_LINT):
	@echo "building golangci-lint $(GOLANGCI_LINT_VERSION) (once, about 5 minutes)"
	@GOWORK=off GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv $(TOOLS)/golangci-lint $@

$(GRPCURL):
	@GOWORK=off GOBIN=$(@D) $(GO) install github.com/fullstorydev/grpcurl/cmd/grpcurl@$(GRPCURL_VERSION)

$(CYCLONEDX):
	@GOWORK=off GOBIN=$(TOOLS) $(GO) install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)
	@mv $(TOOLS)/cyclonedx-gomod $@

# Without the discovery of services, which checks of rules do not need and which is most of what there is to build.
$(PROMTOOL):
	@echo "building promtool $(PROMTOOL_VERSION) (once, about 3 minutes)"
	@GOWORK=off GOBIN=$(TOOLS) $(GO) install -tags remove_all_sd github.com/prometheus/prometheus/cmd/promtool@$(PROMTOOL_VERSION)
	@mv $(TOOLS)/promtool $@

$(GOVULNCHECK):
	@GOWORK=off GOBIN=$(TOOLS) $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	@mv $(TOOLS)/govulncheck $@

.PHONY: clean
clean: ## remove what the build made: tools, programs, third-party protos
	@rm -rf .deps
