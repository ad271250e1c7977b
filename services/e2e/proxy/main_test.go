//go:build proxy

package proxy_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/onrecord/onrecord/services/e2e/readme"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/oidctest"
)

// programVariable names the program of oauth2-proxy.
const programVariable = "ONRECORD_E2E_OAUTH2_PROXY"

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

// site is the explorer behind oauth2-proxy.
type site struct {
	issuer    *oidctest.Issuer
	authority *certs.Authority
	// explorer is the proxy's URL, api the server's own.
	explorer, api string
	// key is an API key of an admin.
	key    string
	output *output
}

// output is what the proxy prints.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

// String is all of it.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// start runs the issuer, a server with the example record, and the proxy before it, with
// the flags of the component and more.
func start(t *testing.T, more ...string) *site {
	t.Helper()
	s := &site{issuer: oidctest.New(t), authority: certs.NewAuthority(t), key: auth.NewKey(), output: &output{}}
	address := stack.FreeAddress(t)
	s.explorer = "https://localhost:" + port(address)
	access := filepath.Join(t.TempDir(), "access-list")
	must.OK(t, os.WriteFile(access, []byte("lawyer admin "+auth.HashKey(s.key)), 0o600))
	own := s.authority.Issue(t, "gateway")
	server := stack.StartAllInOne(t, t.TempDir(), "--examples", "--tls-cert="+own.Cert, "--tls-key="+own.Key, "--api-keys="+access,
		"--oidc-issuer="+s.issuer.URL, "--oidc-audience="+oidctest.Audience, "--public-url="+s.explorer)
	s.api = "https://localhost:" + port(server.HTTP)
	server.Says("serving; open") // the example record is there
	s.proxy(t, address, s.mounts(t), more)
	return s
}

func port(address string) string { return address[strings.LastIndex(address, ":")+1:] }

// mounts is a folder with what the component mounts below /etc/onrecord.
func (s *site) mounts(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	put := func(name string, content []byte) {
		must.OK(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
		must.OK(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
	read := func(path string) []byte { return must.Get(os.ReadFile(path))(t) }
	pair := s.authority.Issue(t, "auth-proxy")
	put("tls/tls.crt", read(pair.Cert))
	put("tls/tls.key", read(pair.Key))
	put("authority/ca.crt", read(s.authority.File))
	put("auth-proxy/client-secret", []byte(oidctest.Secret))
	secret := make([]byte, 32)
	must.Get(rand.Read(secret))(t)
	put("auth-proxy/cookie-secret", []byte(base64.URLEncoding.EncodeToString(secret))) // as the runbook makes it
	return folder
}

// proxy runs oauth2-proxy until the test ends, and waits until it is ready.
func (s *site) proxy(t *testing.T, address, mounted string, more []string) {
	t.Helper()
	program := os.Getenv(programVariable)
	if program == "" {
		t.Fatalf("%s does not name the program: run `make e2e-proxy`", programVariable)
	}
	here := strings.NewReplacer(
		"/etc/onrecord", mounted, "0.0.0.0:4443", address, "https://gateway:443", s.api,
		"$(PUBLIC_URL)", s.explorer,
	)
	settings := map[string]string{"oidc-issuer": s.issuer.URL, "oidc-audience": oidctest.Audience, "public-url": s.explorer}
	c := component(t)
	var args []string
	for _, arg := range c.Args {
		args = append(args, here.Replace(arg))
	}
	cmd := exec.CommandContext(t.Context(), program, append(args, more...)...)
	for _, e := range c.Env {
		value := here.Replace(e.Value)
		if key := e.ValueFrom.ConfigMapKeyRef.Key; key != "" {
			if own, ok := settings[key]; ok {
				value = own
			} else {
				value = c.settings[key]
			}
		}
		cmd.Env = append(cmd.Env, e.Name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = s.output, s.output
	must.OK(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("output of oauth2-proxy:\n%s", s.output)
		}
	})
	s.ready(t)
}

// ready waits until the proxy answers its probes.
func (s *site) ready(t *testing.T) {
	t.Helper()
	client := s.client(t)
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, s.explorer+"/ready", nil))(t)
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-again.C:
		case <-deadline.C:
			t.Fatalf("oauth2-proxy does not get ready:\n%s", s.output)
		}
	}
}

// container is that of the component, with the settings of its overlay.
type container struct {
	Image string   `yaml:"image"`
	Args  []string `yaml:"args"`
	Env   []struct {
		Name      string `yaml:"name"`
		Value     string `yaml:"value"`
		ValueFrom struct {
			ConfigMapKeyRef struct {
				Key string `yaml:"key"`
			} `yaml:"configMapKeyRef"`
		} `yaml:"valueFrom"`
	} `yaml:"env"`
	settings map[string]string
}

// component is the proxy's container in the production overlay.
func component(t *testing.T) container {
	t.Helper()
	folder := filepath.Join(must.Get(readme.Root())(t), "deploy", "kubernetes", "overlays", "production")
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	must.OK(t, err)
	var found container
	var settings map[string]string
	for _, r := range resources.Resources() {
		switch {
		case r.GetKind() == "ConfigMap":
			settings = r.GetDataMap()
		case r.GetKind() == "Deployment" && r.GetName() == "auth-proxy":
			var object struct {
				Spec struct {
					Template struct {
						Spec struct {
							Containers []container `yaml:"containers"`
						} `yaml:"spec"`
					} `yaml:"template"`
				} `yaml:"spec"`
			}
			must.OK(t, yaml.Unmarshal(must.Get(r.AsYAML())(t), &object))
			found = object.Spec.Template.Spec.Containers[0]
		}
	}
	must.True(t, len(found.Args) > 0, "the overlay has no auth-proxy")
	found.settings = settings
	return found
}
