package rollout_test

import (
	"context"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/dnstest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

// fleets are all programs, as the production overlay has them.
type fleets struct {
	statements, metrics, gateways *fleet
}

// start starts three replicas of each service on PostgreSQL, and two gateways.
func start(t *testing.T) (*fleets, *clients) {
	t.Helper()
	names := dnstest.New(t)
	f := &fleets{}
	service := func(program, before string) (*fleet, string) {
		// The pools are small, because the server is that of other tests, too.
		database := "--database=" + with(pgtest.Database(t), "pool_max_conns=4")
		stack.Run(t, program, "migrate", database)
		on := port(t)
		of := &fleet{t: t, names: names, program: program, database: database, last: netip.MustParseAddr(before)}
		of.arguments = func(host string) []string { return []string{database, "--grpc-listen=" + host + ":" + on} }
		of.grow(3)
		return of, names.Target(of.name(), on)
	}
	var statementsAt, metricsAt string
	f.statements, statementsAt = service("statements", "127.0.1.0")
	f.metrics, metricsAt = service("metrics", "127.0.2.0")
	http, grpc := port(t), port(t)
	gateways := &fleet{t: t, names: names, program: "gateway", readyOnly: true, last: netip.MustParseAddr("127.0.3.0")}
	base := "http://" + strings.TrimSuffix(gateways.name(), ".") + ":" + http
	gateways.arguments = func(host string) []string {
		return []string{
			"--listen=" + host + ":" + http, "--grpc-listen=" + host + ":" + grpc, "--public-url=" + base,
			"--statements-addr=" + statementsAt, "--metrics-addr=" + metricsAt,
		}
	}
	gateways.grow(2)
	f.gateways = gateways
	c := &clients{t: t, http: byName(names), base: base}
	c.statements, c.metrics, c.gateway = c.dial(statementsAt), c.dial(metricsAt), c.dial(names.Target(gateways.name(), grpc))
	return f, c
}

// with adds a setting to the URL of a database.
func with(database, setting string) string {
	if strings.Contains(database, "?") {
		return database + "&" + setting
	}
	return database + "?" + setting
}

// TestARolloutDropsNothing: no call fails while every replica of every program is
// replaced, those of the statements by the next release, beside whose migration the old
// ones go on, not even a call that nobody may repeat, and every stream of changes ends in a
// way from which its reader goes on. When replicas are killed without a word, calls that
// may be repeated are answered all the same. What was acknowledged is on record once, and
// every watcher heard of it once.
func TestARolloutDropsNothing(t *testing.T) {
	f, c := start(t)
	_, err := gatewayv1.NewRecordServiceClient(c.gateway).IngestDocument(t.Context(), fixture.Record(t, "first", uuid.NewString()))
	must.OK(t, err)
	watching, stopWatching := context.WithCancel(t.Context())
	defer stopWatching()
	watchers, watched := watch(watching, t, c)

	l := begin(t, c.all())
	l.progress(8)
	f.statements.path = stack.Newer(t, "statements")
	stack.Run(t, f.statements.path, "migrate", f.statements.database)
	l.progress(8)
	f.statements.replaceAtOnce()
	f.gateways.replace()
	f.metrics.restart()
	l.progress(8)
	l.unharmed("rollout")
	must.Equal(t, c.failedTries.Load(), 0)
	polite(t, watchers)

	l.beforeKills()
	for _, fleet := range []*fleet{f.statements, f.metrics, f.gateways} {
		fleet.kill()
		l.progress(8)
	}
	l.end()
	l.unharmed("rollout and kills")
	t.Logf("%d tries over gRPC failed below the client helper", c.failedTries.Load())

	entities, metrics, documents := l.written("entities/"), l.written("metrics/"), l.written("documents/")
	for _, w := range watchers {
		var names []string
		if w.name != "metrics" {
			names = append(append(names, entities...), documents...)
		}
		if w.name != "statements" {
			names = append(names, metrics...)
		}
		w.heard(t, names)
	}
	stopWatching()
	watched()
	onRecord(t, c, entities, metrics, documents)
}

// onRecord fails the test unless everything that was acknowledged is on record, and
// nothing is there twice.
func onRecord(t *testing.T, c *clients, entities, metrics, documents []string) {
	t.Helper()
	t.Logf("acknowledged: %d entities, %d metrics, %d documents", len(entities), len(metrics), len(documents))
	there, titles := make(map[string]bool), make(map[string]string)
	note := func(name, title string) {
		there[name] = true
		if !strings.HasPrefix(title, "Entity") && !strings.HasPrefix(title, "Metric") {
			return // of an ingested document: all have the same
		}
		must.True(t, titles[title] == "", "%s and %s are one: %s", titles[title], name, title)
		titles[title] = name
	}
	for token, more := "", true; more; more = token != "" {
		page, err := statementsv1.NewEntityServiceClient(c.statements).ListEntities(t.Context(), &statementsv1.ListEntitiesRequest{PageSize: 1000, PageToken: token})
		must.OK(t, err)
		for _, entity := range page.GetEntities() {
			note(entity.GetName(), entity.GetDisplayName())
		}
		token = page.GetNextPageToken()
	}
	for token, more := "", true; more; more = token != "" {
		page, err := metricsv1.NewMetricServiceClient(c.metrics).ListMetrics(t.Context(), &metricsv1.ListMetricsRequest{PageSize: 1000, PageToken: token})
		must.OK(t, err)
		for _, metric := range page.GetMetrics() {
			note(metric.GetName(), metric.GetDisplayName())
		}
		token = page.GetNextPageToken()
	}
	for _, name := range append(append([]string{}, entities...), metrics...) {
		must.True(t, there[name], "%s was acknowledged and is not on record", name)
	}
	for _, name := range documents {
		read, err := gatewayv1.NewRecordServiceClient(c.gateway).ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: name})
		must.OK(t, err)
		must.Equal(t, len(read.GetFacts()), fixture.Facts)
	}
}
