package deploy_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// cluster stands for one: it gives programs what the production overlay mounts, and
// addresses on this machine for those of pods.
type cluster struct {
	manifests manifests
	authority *certs.Authority
	access    string
	database  func(program string) string
	addresses map[string]string // program and flag → address
}

// TestProductionRuns starts the three programs with the arguments and variables of
// the production overlay with monitoring, after its migrations, and asks them what a
// kubelet, Prometheus, a reader and a stranger would.
func TestProductionRuns(t *testing.T) {
	reader, editor := auth.NewKey(), auth.NewKey()
	c := &cluster{
		manifests: parse(t, render(t, "monitored")), authority: certs.NewAuthority(t),
		access: filepath.Join(t.TempDir(), "access-list"), addresses: map[string]string{},
	}
	database := pgtest.Database(t)
	c.database = func(string) string { return database }
	must.OK(t, os.WriteFile(c.access, []byte("gateway editor certificate:gateway\ndashboard reader "+auth.HashKey(reader)+"\ndesk editor "+auth.HashKey(editor)), 0o600))
	for _, name := range []string{"statements", "metrics"} {
		job, _ := c.manifests.named("Job", "migrate-"+name)
		stack.Run(t, name, c.arguments(t, job.Spec.Template.Spec.Containers[0])...)
	}
	for _, name := range []string{"statements", "metrics", "gateway"} {
		o, _ := c.manifests.named("Deployment", name)
		stack.Start(t, name, c.address(t, name, "--health-listen"), c.arguments(t, o.Spec.Template.Spec.Containers[0])...).Ready()
		probes(t, c.address(t, name, "--health-listen"))
		telemetry := "https://" + c.address(t, name, "--admin-listen") + "/metrics"
		must.Equal(t, c.get(t, telemetry, ""), http.StatusUnauthorized)
		must.Equal(t, c.get(t, telemetry, reader), http.StatusOK)
	}
	entities := "https://" + c.address(t, "gateway", "--listen") + "/v1/entities"
	must.Equal(t, c.get(t, entities, ""), http.StatusUnauthorized)
	must.Equal(t, c.get(t, entities, reader), http.StatusOK)
	must.Equal(t, c.ask(t, http.MethodPost, entities, reader), http.StatusForbidden)
	must.Equal(t, c.ask(t, http.MethodPost, entities, editor), http.StatusOK)
}

// TestLocalRuns does so with the local overlay: each init container, then its
// service, on SQLite, in clear.
func TestLocalRuns(t *testing.T) {
	data := t.TempDir()
	c := &cluster{
		manifests: parse(t, render(t, "local")), authority: certs.NewAuthority(t), addresses: map[string]string{},
		database: func(program string) string { return "sqlite:" + filepath.Join(data, program+".db") },
	}
	for _, o := range c.manifests.services() {
		pod := o.Spec.Template.Spec
		for _, first := range pod.InitContainers {
			stack.Run(t, first.program(), c.arguments(t, first)...)
		}
	}
	for _, name := range []string{"statements", "metrics", "gateway"} {
		i := slices.IndexFunc(c.manifests.services(), func(o object) bool { return o.Metadata.Name == name })
		serves := c.manifests.services()[i].Spec.Template.Spec.Containers[0]
		args := append(c.arguments(t, serves), "--admin-listen=")
		stack.Start(t, name, c.address(t, name, "--health-listen"), args...).Ready()
		probes(t, c.address(t, name, "--health-listen"))
	}
	entities := "http://" + c.address(t, "gateway", "--listen") + "/v1/entities"
	must.Equal(t, c.ask(t, http.MethodPost, entities, ""), http.StatusOK)
	must.Equal(t, c.get(t, entities, ""), http.StatusOK)
}

func (c *cluster) address(t *testing.T, program, flag string) string {
	t.Helper()
	if c.addresses[program+flag] == "" {
		c.addresses[program+flag] = stack.FreeAddress(t)
	}
	return c.addresses[program+flag]
}

// arguments are those of a container, variables as flags, with files and addresses of
// this machine in the place of those of the pod.
func (c *cluster) arguments(t *testing.T, of container) (args []string) {
	t.Helper()
	pair := c.authority.Issue(t, of.program())
	_, metrics, _ := net.SplitHostPort(c.address(t, "metrics", "--grpc-listen"))
	_, statements, _ := net.SplitHostPort(c.address(t, "statements", "--grpc-listen"))
	replace := strings.NewReplacer(
		"/etc/onrecord/tls/tls.crt", pair.Cert, "/etc/onrecord/tls/tls.key", pair.Key,
		"/etc/onrecord/tls/ca.crt", c.authority.File, "/etc/onrecord/access/access-list", c.access,
		"dns:///statements:50051", "dns:///localhost:"+statements, "dns:///metrics:50052", "dns:///localhost:"+metrics,
	)
	for _, arg := range of.Args {
		flag, value, _ := strings.Cut(arg, "=")
		switch {
		case flag == "--health-listen": // stack.Start gives it
		case strings.HasPrefix(value, "0.0.0.0:"):
			args = append(args, flag+"="+c.address(t, of.program(), flag))
		default:
			args = append(args, replace.Replace(arg))
		}
	}
	values := of.values(c.manifests)
	for i, e := range of.Env {
		if ofRuntime(e.Name) {
			continue
		}
		value := values[len(values)-len(of.Env)+i]
		if e.Name == "ONRECORD_DATABASE" {
			value = c.database(of.program())
		}
		known := settingsOf(t)[of.program()]
		at := slices.IndexFunc(known, func(s setting) bool { return s.Env == e.Name })
		if at < 0 {
			t.Fatalf("%s reads no variable %s", of.program(), e.Name)
		}
		args = append(args, known[at].Flag+"="+value)
	}
	return args
}

func (c *cluster) get(t *testing.T, url, key string) int {
	t.Helper()
	return c.ask(t, http.MethodGet, url, key)
}

// ask returns the status of an answer.
func (c *cluster) ask(t *testing.T, method, url, key string) int {
	t.Helper()
	body := ""
	if method == http.MethodPost {
		body = `{"displayName":"Ann","entityType":"PERSON"}`
	}
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	must.OK(t, err)
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	request.Header.Set("Content-Type", "application/json")
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: c.authority.Pool(), MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Timeout: time.Minute, Transport: transport}).Do(request)
	must.OK(t, err)
	must.OK(t, response.Body.Close())
	return response.StatusCode
}

// probes asks as a kubelet does, for readiness and for liveness.
func probes(t *testing.T, address string) {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must.OK(t, err)
	defer func() { must.OK(t, conn.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, service := range []string{"", "live"} {
		answer, err := healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{Service: service})
		must.OK(t, err)
		must.Equal(t, answer.GetStatus(), healthpb.HealthCheckResponse_SERVING)
	}
}
