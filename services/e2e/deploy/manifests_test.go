package deploy_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// manifests is what one overlay renders.
type manifests []object

// object is a resource, with what the rules read of any kind.
type object struct {
	Kind     string `yaml:"kind"`
	Metadata struct {
		Name      string            `yaml:"name"`
		Namespace string            `yaml:"namespace"`
		Labels    map[string]string `yaml:"labels"`
	} `yaml:"metadata"`
	Data map[string]string `yaml:"data"`
	Spec spec              `yaml:"spec"`
}

// spec has the fields of several kinds. The selector of a Service is a plain map,
// those of others have matchLabels: see selects.
type spec struct {
	Replicas    *int           `yaml:"replicas"`
	ServiceName string         `yaml:"serviceName"`
	Template    template       `yaml:"template"`
	Selector    map[string]any `yaml:"selector"`
	Strategy    struct {
		RollingUpdate struct {
			MaxUnavailable string `yaml:"maxUnavailable"`
		} `yaml:"rollingUpdate"`
	} `yaml:"strategy"`
	// HorizontalPodAutoscaler.
	ScaleTargetRef struct{ Kind, Name string } `yaml:"scaleTargetRef"`
	MinReplicas    int                         `yaml:"minReplicas"`
	MaxReplicas    int                         `yaml:"maxReplicas"`
	// Service.
	ClusterIP string        `yaml:"clusterIP"`
	Ports     []servicePort `yaml:"ports"`
	// NetworkPolicy.
	PodSelector map[string]any `yaml:"podSelector"`
	PolicyTypes []string       `yaml:"policyTypes"`
	Ingress     []rule         `yaml:"ingress"`
	Egress      []rule         `yaml:"egress"`
	// Ingress.
	Rules []struct {
		Host string `yaml:"host"`
		HTTP struct {
			Paths []struct {
				Backend struct {
					Service struct {
						Name string                `yaml:"name"`
						Port struct{ Name string } `yaml:"port"`
					} `yaml:"service"`
				} `yaml:"backend"`
			} `yaml:"paths"`
		} `yaml:"http"`
	} `yaml:"rules"`
	TLS []struct{ Hosts []string } `yaml:"tls"`
	// PodMonitor.
	PodMetricsEndpoints []struct{ Port string } `yaml:"podMetricsEndpoints"`
}

type servicePort struct {
	Name       string `yaml:"name"`
	Port       int    `yaml:"port"`
	TargetPort string `yaml:"targetPort"`
}

type template struct {
	Metadata struct {
		Labels map[string]string `yaml:"labels"`
	} `yaml:"metadata"`
	Spec podSpec `yaml:"spec"`
}

// parse reads what an overlay renders.
func parse(t *testing.T, text string) manifests {
	t.Helper()
	var all manifests
	for decoder := yaml.NewDecoder(strings.NewReader(text)); ; {
		var o object
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) {
			return all
		}
		must.OK(t, err)
		all = append(all, o)
	}
}

func (o object) String() string { return o.Kind + " " + o.Metadata.Name }

// of are the objects of some kinds.
func (m manifests) of(kinds ...string) manifests {
	return slices.DeleteFunc(slices.Clone(m), func(o object) bool { return !slices.Contains(kinds, o.Kind) })
}

// named is one of a kind, and whether there is one.
func (m manifests) named(kind, name string) (object, bool) {
	i := slices.IndexFunc(m, func(o object) bool { return o.Kind == kind && o.Metadata.Name == name })
	if i < 0 {
		return object{}, false
	}
	return m[i], true
}

// services are what serves until it is stopped.
func (m manifests) services() manifests { return m.of("Deployment", "StatefulSet") }

// podded are all that have pods.
func (m manifests) podded() manifests { return m.of("Deployment", "StatefulSet", "Job") }

// selects reports whether a selector takes pods with the labels. A rule may use
// matchLabels and the operator In; anything else is found by its absence here.
func selects(selector map[string]any, labels map[string]string) bool {
	plain := selector
	if inner, ok := selector["matchLabels"].(map[string]any); ok {
		plain = inner
	} else if selector["matchExpressions"] != nil {
		plain = nil
	}
	for key, value := range plain {
		if labels[key] != fmt.Sprint(value) {
			return false
		}
	}
	expressions, _ := selector["matchExpressions"].([]any)
	for _, e := range expressions {
		expression, _ := e.(map[string]any)
		values, _ := expression["values"].([]any)
		if expression["operator"] != "In" || !slices.Contains(values, any(labels[fmt.Sprint(expression["key"])])) {
			return false
		}
	}
	return true
}

// taken are the objects whose pods a selector takes.
func (m manifests) taken(selector map[string]any) manifests {
	return slices.DeleteFunc(m.podded(), func(o object) bool { return !selects(selector, o.Spec.Template.Metadata.Labels) })
}

// problems collects what a rule finds.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

// report fails the test with what was found.
func (p problems) report(t *testing.T) {
	t.Helper()
	for _, problem := range p {
		t.Error(problem)
	}
}
