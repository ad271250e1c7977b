package alerts_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/onrecord/onrecord/gen/reasons"
	"github.com/onrecord/onrecord/services/e2e/alerts"
	exported "github.com/onrecord/onrecord/services/e2e/telemetry"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	deploy    = "../../../deploy/"
	folder    = deploy + "prometheus/"
	dashboard = deploy + "dashboards/operators.json"
)

// added are the labels that Prometheus adds to what it reads.
var added = []string{"namespace", "job", "instance", "pod"}

func rules(t *testing.T) []alerts.Rule {
	t.Helper()
	return append(must.Get(alerts.Rules(folder+"recording.yaml"))(t), must.Get(alerts.Rules(folder+"alerts.yaml"))(t)...)
}

func alertsOf(t *testing.T) map[string]alerts.Rule {
	t.Helper()
	named := map[string]alerts.Rule{}
	for _, rule := range rules(t) {
		if rule.Alert != "" {
			named[rule.Alert] = rule
		}
	}
	return named
}

// histogram matches the names of those series that are histograms.
var histogram = regexp.MustCompile(`_(call|request|operation)_seconds$`)

// known are the series that the stack of services/e2e/telemetry exports, those of Go and of
// the process, what the rules record, and what comes from elsewhere.
func known(t *testing.T) alerts.Known {
	t.Helper()
	all := alerts.Known{"up": {}, "onrecord_backup_timestamp_seconds": {}, "oauth2_proxy_requests_total": {"code": nil}}
	for _, family := range must.Get(telemetry.New(telemetry.Build{}).Registry.Gather())(t) {
		labels := map[string][]string{}
		if family.GetType() == dto.MetricType_SUMMARY {
			labels["quantile"] = nil
		}
		all[family.GetName()] = labels
	}
	for _, series := range exported.All {
		labels := map[string][]string{}
		maps.Copy(labels, series.Labels)
		if _, ok := labels["reason"]; ok && strings.HasSuffix(series.Name, "_refused_total") {
			labels["reason"] = reasonsOf(t)
		}
		suffixes := []string{""}
		if histogram.MatchString(series.Name) {
			suffixes = []string{"_bucket", "_sum", "_count"}
		}
		for _, suffix := range suffixes {
			all[series.Name+suffix] = maps.Clone(labels)
			if suffix == "_bucket" {
				all[series.Name+suffix]["le"] = nil
			}
		}
	}
	for _, rule := range rules(t) {
		if rule.Record != "" {
			all[rule.Record] = map[string][]string{"api": {"grpc", "rest", "proxy"}}
		}
	}
	for _, labels := range all {
		for _, label := range added {
			labels[label] = nil
		}
	}
	return all
}

func reasonsOf(t *testing.T) []string {
	t.Helper()
	var groups []struct{ Reasons []struct{ Name string } }
	must.OK(t, json.Unmarshal(reasons.JSON, &groups))
	var names []string
	for _, group := range groups {
		for _, reason := range group.Reasons {
			names = append(names, reason.Name)
		}
	}
	must.True(t, len(names) > 50, "the table of reasons was not read")
	return names
}

// TestEveryQueryAsksForWhatThereIs: a rule over a series that nobody exports is silent for
// ever, and so is a panel.
func TestEveryQueryAsksForWhatThereIs(t *testing.T) {
	there := known(t)
	for _, rule := range rules(t) {
		for _, fault := range there.Faults(rule.Expr) {
			t.Errorf("%s%s: %s", rule.Alert, rule.Record, fault)
		}
	}
	panels := must.Get(alerts.Panels(dashboard))(t)
	must.True(t, len(panels) > 20, "the dashboard was not read")
	for _, panel := range panels {
		must.True(t, len(panel.Queries) > 0, panel.Title+" asks nothing")
		for _, query := range panel.Queries {
			for _, fault := range there.Faults(alerts.Plain(query)) {
				t.Errorf("panel %q: %s", panel.Title, fault)
			}
		}
	}
}

// TestFaultsAreFound: the comparison can fail.
func TestFaultsAreFound(t *testing.T) {
	there := known(t)
	for query, says := range map[string]string{
		`onrecord_calls_total > 0`:                                          "there is no series onrecord_calls_total",
		`{job="onrecord"}`:                                                  "there is no series without a name",
		`rate(onrecord_http_requests_total{status="5xx"}[5m])`:              "no label status",
		`onrecord_http_requests_total{code="500"}`:                          `never has code "500"`,
		`onrecord_grpc_server_calls_total{code=~"Internal|Unavail"}`:        `never has code "Unavail"`,
		`onrecord_grpc_server_refused_total{reason=~"RATE_LIMIT"}`:          `never has reason "RATE_LIMIT"`,
		`sum by (servce) (onrecord_changes_watchers)`:                       "no series has the label servce",
		`onrecord_changes_watchers + on (servce) onrecord_changes_watchers`: "no series has the label servce",
		`sum by (le) (onrecord_changes_watchers)`:                           "no series has the label le",
		`onrecord_http_request_seconds`:                                     "there is no series",
		`onrecord_http_request_seconds_bucket{le="1"}`:                      `for both it is =~"1([.]0)?"`,
		`onrecord_http_request_seconds_bucket{le=~"1|5"}`:                   `for both it is =~"(1|5)([.]0)?"`,
		`onrecord_http_request_seconds_bucket{le!~"0.5|1"}`:                 "for Prometheus 2 only",
		`go_gc_duration_seconds{quantile=~"[01]"}`:                          "for Prometheus 2 only",
		`sum(`: "sum(",
	} {
		must.Contains(t, strings.Join(there.Faults(query), "\n"), says)
	}
	for _, query := range []string{
		`sum by (job, code) (rate(onrecord_http_requests_total{code=~"[45]xx"}[5m]))`,
		`onrecord_http_request_seconds_bucket{le=~"0.5|(1|5)([.]0)?"} / on (le) onrecord_http_request_seconds_bucket{le!="+Inf",le=~".+"}`,
	} {
		must.Equal(t, there.Faults(query), nil)
	}
}

// refusals finds the reasons in a query of what was refused.
var refusals = regexp.MustCompile(`_refused_total\{reason=~?"([^"]+)"`)

// TestRefusalsAreCountedFromTheStart: rate() does not see the first of a series that begins
// with it.
func TestRefusalsAreCountedFromTheStart(t *testing.T) {
	counters := telemetry.New(telemetry.Build{})
	counted := map[string]bool{}
	for _, family := range must.Get(counters.Registry.Gather())(t) {
		if family.GetName() == "onrecord_grpc_server_refused_total" {
			for _, one := range family.GetMetric() {
				counted[one.GetLabel()[0].GetValue()] = true
			}
		}
	}
	asked := 0
	for name, alert := range alertsOf(t) {
		for _, match := range refusals.FindAllStringSubmatch(alert.Expr, -1) {
			pattern := regexp.MustCompile("^(" + match[1] + ")$")
			for _, reason := range reasonsOf(t) {
				if pattern.MatchString(reason) {
					asked++
					must.True(t, counted[reason], name+": the first "+reason+" is not seen")
				}
			}
		}
	}
	must.True(t, asked > 5, "no alert asks for refusals")
}

// TestEveryAlertHasItsSection: who is woken finds what it means, what to look at and what to
// do, and there is nothing about alerts that are gone.
func TestEveryAlertHasItsSection(t *testing.T) {
	_, part, found := strings.Cut(string(must.Get(os.ReadFile(deploy+"README.md"))(t)), "\n## Alerts\n")
	must.True(t, found, "there is no section Alerts")
	part, _, _ = strings.Cut(part, "\n## ")
	sections := map[string]string{}
	for _, section := range strings.Split(part, "\n### ")[1:] {
		name, text, _ := strings.Cut(section, "\n")
		sections[name] = text
	}
	all := alertsOf(t)
	must.Equal(t, slices.Sorted(maps.Keys(sections)), slices.Sorted(maps.Keys(all)))
	for name, alert := range all {
		for _, head := range []string{"*Means.*", "*Look.*", "*Do.*"} {
			must.True(t, strings.Contains(sections[name], head), name+" has no "+head)
		}
		must.True(t, strings.HasSuffix(alert.Annotations["runbook_url"], "/deploy/README.md#"+strings.ToLower(name)), name+" points elsewhere")
		must.True(t, slices.Contains([]string{"page", "ticket"}, alert.Labels["severity"]), name+" is neither a page nor a ticket")
		must.NotEqual(t, alert.Annotations["summary"], "")
	}
}

// TestTheLogHasWhatIsLookedFor: who searches the log for a field finds it.
func TestTheLogHasWhatIsLookedFor(t *testing.T) {
	text := string(must.Get(os.ReadFile(deploy + "README.md"))(t))
	named := regexp.MustCompile("(?:log's|(?i:cause) as) `([a-z_]+)`").FindAllStringSubmatch(text, -1)
	must.True(t, len(named) > 2, "no field of the log is named")
	core, lines := observer.New(zap.InfoLevel)
	store := health.Check{Name: "store", Func: func(context.Context) error { return errors.New("db-7 does not answer") }}
	health.New(zap.New(core), store).Probe(t.Context())
	must.Equal(t, lines.Len(), 1)
	for _, field := range named {
		must.Equal(t, lines.All()[0].ContextMap()[field[1]], any("db-7 does not answer"))
	}
}

// TestEveryAlertIsTried: promtool sees each of them fire.
func TestEveryAlertIsTried(t *testing.T) {
	text := ""
	for _, name := range must.Get(filepath.Glob(folder + "*_test.yaml"))(t) {
		text += string(must.Get(os.ReadFile(name))(t))
	}
	tried := map[string]bool{}
	for _, match := range regexp.MustCompile(`labels: '\{alertname="(\w+)"\}'`).FindAllStringSubmatch(text, -1) {
		tried[match[1]] = true
	}
	must.Equal(t, slices.Sorted(maps.Keys(tried)), slices.Sorted(maps.Keys(alertsOf(t))))
}

// TestEveryAlertHasAPanel: whatever an alert is about can be seen on the dashboard.
func TestEveryAlertHasAPanel(t *testing.T) {
	shown := map[string]bool{}
	for _, panel := range must.Get(alerts.Panels(dashboard))(t) {
		for _, query := range panel.Queries {
			for _, name := range must.Get(alerts.Used(alerts.Plain(query)))(t) {
				shown[name] = true
			}
		}
	}
	for name, alert := range alertsOf(t) {
		for _, series := range must.Get(alerts.Used(alert.Expr))(t) {
			must.True(t, shown[series], name+": no panel shows "+series)
		}
	}
}

// TestTheOperatorReadsTheSameRules: the component monitoring has what promtool checks.
func TestTheOperatorReadsTheSameRules(t *testing.T) {
	resource := string(must.Get(os.ReadFile(deploy + "kubernetes/components/monitoring/rules.yaml"))(t))
	must.True(t, resource == must.Get(alerts.Resource(folder))(t), "the PrometheusRule is stale: `make alerts` makes it anew")
}
