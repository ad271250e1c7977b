package telemetry_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/e2e/telemetry"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// exported are the series of a program, by name.
type exported map[string]*dto.MetricFamily

// scrape reads the telemetry of a program.
func scrape(t *testing.T, through *http.Client, address, key string) exported {
	t.Helper()
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/metrics", nil))(t)
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := through.Do(request)
	must.OK(t, err)
	defer response.Body.Close()
	must.Equal(t, response.StatusCode, http.StatusOK)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	must.OK(t, err)
	return families
}

// fixed is the form of what a label without a list of values may say: names of services,
// methods, routes, reasons, versions. It holds no id: those of the test have a mark.
var fixed = regexp.MustCompile(`^[A-Za-z0-9_./:{}=*+-]*$`)

// mark is in every id, word and address that the test makes up.
const mark = "zz9"

// check compares what a program exports with the list: all of it, and no more.
func (e exported) check(t *testing.T, program string, has func(telemetry.Series) bool) {
	t.Helper()
	listed := map[string]bool{}
	for _, want := range telemetry.All {
		listed[want.Name] = true
		if !strings.Contains(want.Programs, program[:1]) || !has(want) {
			continue
		}
		family := e[want.Name]
		if family == nil {
			t.Errorf("%s does not export %s", program, want.Name)
			continue
		}
		for _, one := range family.GetMetric() {
			checkLabels(t, program, want, one.GetLabel())
		}
	}
	for name := range e {
		if strings.HasPrefix(name, "onrecord_") && !listed[name] {
			t.Errorf("%s exports %s, which is not on the list", program, name)
		}
	}
}

func checkLabels(t *testing.T, program string, want telemetry.Series, labels []*dto.LabelPair) {
	t.Helper()
	if len(labels) != len(want.Labels) {
		t.Errorf("%s: %s has the labels %v", program, want.Name, labels)
	}
	for _, label := range labels {
		values, known := want.Labels[label.GetName()]
		value := label.GetValue()
		switch {
		case !known:
			t.Errorf("%s: %s has the label %s", program, want.Name, label.GetName())
		case values != nil && !slices.Contains(values, value):
			t.Errorf("%s: %s: %s is %q", program, want.Name, label.GetName(), value)
		case values == nil && (!fixed.MatchString(value) || strings.Contains(value, mark)):
			t.Errorf("%s: %s: %s is %q, which a caller chose", program, want.Name, label.GetName(), value)
		}
	}
}

// TestSeries: after everything was used, the right way and the wrong, each program exports
// what is on the list, and no label says what a caller chose.
func TestSeries(t *testing.T) {
	t.Parallel()
	use(t)
	for program, address := range all.admins {
		scrape(t, http.DefaultClient, stack.URL(address), "").check(t, program, func(s telemetry.Series) bool {
			return s.With == "" || s.With == telemetry.WithTraces || s.With == telemetry.WithFile && program == "statements"
		})
	}
}

// use reads, writes, watches and asks for what is not there.
func use(t *testing.T) {
	t.Helper()
	all.Post(t, "/v1/documents:ingest", fixture.Record(t, mark+"-used", uuid.NewString())).OK(t)
	for _, path := range []string{"/v1/documents/" + mark, "/v1/" + mark + "/" + mark, "/" + mark, "/v1/documents?filter=" + mark, "/static/" + mark} {
		must.True(t, all.Get(t, path).Code >= 400, "%s is there", path)
	}
	all.Do(t, client.Request{Method: strings.ToUpper(mark), Path: "/v1/documents"})
	watched := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, stack.URL(all.http)+"/v1/changes", nil))(t)
	watched.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(watched)
	must.OK(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	must.True(t, bufio.NewScanner(response.Body).Scan(), "nothing comes")
	// Answers are kept once all changes are heard of, which begins with the first question.
	settled := all.Get(t, "/v1/documents/"+mark+"-used").OK(t).Header.Get("Onrecord-Settled-Time")
	asOf := "/v1/documents/" + mark + "-used?read_time=" + url.QueryEscape(settled)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !hit(t) {
		all.Get(t, asOf).OK(t)
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("no answer is kept")
		}
	}
}

// hit reports whether the gateway has answered with what it kept.
func hit(t *testing.T) bool {
	t.Helper()
	for _, one := range scrape(t, http.DefaultClient, stack.URL(all.admins["gateway"]), "")["onrecord_gateway_immutable_answers_requests_total"].GetMetric() {
		if one.GetLabel()[0].GetValue() == "hit" && one.GetCounter().GetValue() > 0 {
			return true
		}
	}
	return false
}

// TestSeriesOfCertificates: until when certificates are valid, and whether files can be
// read, is told by a program that has them; that files went away, too.
func TestSeriesOfCertificates(t *testing.T) {
	t.Parallel()
	authority := certs.NewAuthority(t)
	pair := authority.Issue(t, "gateway")
	keys := filepath.Join(t.TempDir(), "keys")
	const key = "onrecord_telemetry"
	must.OK(t, os.WriteFile(keys, fmt.Appendf(nil, "operator reader sha256:%x\n", sha256.Sum256([]byte(key))), 0o600))
	admin := stack.FreeAddress(t)
	gateway := stack.Start(t, "gateway", stack.FreeAddress(t), "serve", "--admin-listen="+admin, "--listen="+stack.FreeAddress(t),
		"--grpc-listen="+stack.FreeAddress(t), "--tls-cert="+pair.Cert, "--tls-key="+pair.Key, "--tls-client-ca="+authority.File,
		"--services-ca="+authority.File, "--api-keys="+keys, "--oidc-issuer=https://issuer.example", "--oidc-audience=onrecord", "--drain-delay=0s", "--log-format=json")
	gateway.Says(`"http":`)
	through := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.Pool(), MinVersion: tls.VersionTLS12, ServerName: "gateway"}}}
	look := func() exported { return scrape(t, through, "https://"+admin, key) }
	is := func(e exported, name string) float64 { return e[name].GetMetric()[0].GetGauge().GetValue() }

	look().check(t, "gateway", func(s telemetry.Series) bool {
		return s.With == telemetry.WithTLS || s.With == telemetry.WithKeys || s.With == telemetry.WithTokens
	})
	must.Equal(t, is(look(), "onrecord_tls_certificate_expiry_timestamp_seconds"), float64(pair.Load(t).Leaf.NotAfter.Unix()))
	must.Equal(t, is(look(), "onrecord_tls_reload_failing"), 0)
	must.OK(t, os.WriteFile(pair.Cert, []byte("no certificate"), 0o600))
	must.Equal(t, is(look(), "onrecord_tls_reload_failing"), 1)
	must.OK(t, os.Remove(keys))
	gateway.Says("access list cannot be read")
	must.Equal(t, is(look(), "onrecord_access_list_failing"), 1)
}
