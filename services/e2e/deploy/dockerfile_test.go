package deploy_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/onrecord/onrecord/services/e2e/release/program"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func source(t *testing.T, path string) string {
	t.Helper()
	return string(must.Get(os.ReadFile(top + "/" + path))(t))
}

func submatch(t *testing.T, pattern, text string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("%s is not to be found", pattern)
	}
	return found[1]
}

// TestDockerfile: it builds what `make images` builds, with the Go of the
// workspace.
func TestDockerfile(t *testing.T) {
	file, workspace := source(t, "deploy/docker/Dockerfile"), source(t, "go.work")
	must.Equal(t, submatch(t, `(?m)^ARG GO_IMAGE=golang:(\d+\.\d+)$`, file), submatch(t, `(?m)^go (\d+\.\d+)`, workspace))
	must.Contains(t, file, "\nFROM scratch AS runtime\nUSER 65532:65532\n")
	must.Contains(t, file, "go run ./services/e2e/release files ")
	for _, name := range program.Names() {
		must.Contains(t, file, "\nFROM runtime AS "+name+"\nCOPY --from=build /out/"+name+"/ /\nENTRYPOINT [\"/"+name+"\"]\n")
	}
	for _, module := range regexp.MustCompile(`(?m)^\t\./(\S+)$`).FindAllStringSubmatch(workspace, -1) {
		must.Contains(t, file, "\nCOPY "+module[1]+"/go.mod "+module[1]+"/go.sum "+module[1]+"/\n")
	}
	for line := range strings.Lines(file) {
		must.False(t, strings.HasPrefix(line, "FROM ") && !regexp.MustCompile(`^FROM (\$\{GO_IMAGE\}|scratch|runtime) AS `).MatchString(line), line)
	}
}

// TestReleaseWorkflow: nothing that a tag sets off may change by itself, and
// every check comes before what is published.
func TestReleaseWorkflow(t *testing.T) {
	file := source(t, ".github/workflows/release.yaml")
	var workflow struct {
		On   struct{ Push struct{ Tags []string } }
		Jobs map[string]struct {
			Steps []struct{ Uses, Run string }
		}
	}
	must.OK(t, yaml.Unmarshal([]byte(file), &workflow))
	must.Equal(t, workflow.On.Push.Tags, []string{"v*"})
	for _, step := range workflow.Jobs["release"].Steps {
		script := exec.CommandContext(t.Context(), "bash", "-n")
		script.Stdin = strings.NewReader(step.Run)
		must.OK(t, script.Run())
	}
	for _, action := range regexp.MustCompile(`uses: (\S+)`).FindAllStringSubmatch(file, -1) {
		must.True(t, regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(action[1]), action[1]+" is not pinned by its commit")
	}
	at := 0
	for _, step := range []string{"/git/tags/", "make lint", "make test", "make e2e-proxy", "REQUIRE=1 make vuln", "make images-check", "gh release create"} {
		next := strings.Index(file[at:], step)
		must.True(t, next >= 0, "no step "+step+" after those before it")
		at += next
	}
}
