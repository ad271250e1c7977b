package alerts

import (
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Rule is a rule of Prometheus: it records a series, or is an alert.
type Rule struct {
	Record      string            `yaml:"record"`
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

// Rules are those of a file.
func Rules(file string) ([]Rule, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var content struct {
		Groups []struct {
			Rules []Rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal(text, &content); err != nil {
		return nil, err
	}
	var all []Rule
	for _, group := range content.Groups {
		all = append(all, group.Rules...)
	}
	return all, nil
}

const resourceHead = `# Made of deploy/prometheus by ` + "`make alerts`" + `: change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: onrecord
spec:
  groups:
`

// Resource is what the Prometheus operator reads in place of the rules in a folder.
func Resource(folder string) (string, error) {
	resource := resourceHead
	for _, name := range []string{"recording.yaml", "alerts.yaml"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		_, groups, _ := strings.Cut(string(text), "\ngroups:\n")
		for line := range strings.Lines(groups) {
			if strings.TrimSpace(line) != "" {
				line = "  " + line
			}
			resource += line
		}
	}
	return resource, nil
}
