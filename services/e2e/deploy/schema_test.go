package deploy_test

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yannh/kubeconform/pkg/validator"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// What services/e2e/setup.sh fetches, in these versions.
const (
	swaggerFile  = "../../../.deps/kubernetes/swagger-v1.37.2.json"
	monitorsFile = "../../../.deps/kubernetes/podmonitors-v0.85.0.yaml"
	rulesFile    = "../../../.deps/kubernetes/prometheusrules-v0.85.0.yaml"
)

// TestOverlaysAreValid: as strict as an API server that refuses unknown fields, by
// kubeconform, which knows how Kubernetes reads its schemas.
func TestOverlaysAreValid(t *testing.T) {
	all := schemas(t)
	for _, overlay := range overlays {
		t.Run(overlay, func(t *testing.T) { must.Equal(t, invalid(t, all, render(t, overlay)), nil) })
	}
}

// TestInvalidManifestsAreFound: the validation can fail.
func TestInvalidManifestsAreFound(t *testing.T) {
	all := schemas(t)
	for name, c := range map[string]struct{ overlay, from, to, says string }{
		"an unknown field":        {"production", "terminationGracePeriodSeconds", "terminationGraceSeconds", "terminationGraceSeconds"},
		"a number for a text":     {"production", "secretName: access", "secretName: 5", "secretName"},
		"a text for a number":     {"local", "containerPort: 8080", "containerPort: web", "containerPort"},
		"a list for a number":     {"production", "maxUnavailable: 1", "maxUnavailable: [1]", "maxUnavailable"},
		"a field too few":         {"production", "topologyKey: kubernetes.io/hostname", "minDomains: 1", "topologyKey"},
		"an unknown kind":         {"local", "kind: StatefulSet", "kind: StatefulSets", "could not find schema"},
		"an unknown field of CRD": {"monitored", "podMetricsEndpoints:", "podMetricEndpoints:", "podMetricEndpoints"},
		"a rule with no query":    {"monitored", "expr:", "query:", "expr"},
	} {
		t.Run(name, func(t *testing.T) {
			whole := render(t, c.overlay)
			i := strings.LastIndex(whole, c.from)
			must.True(t, i >= 0, c.from+" is not rendered")
			must.Contains(t, strings.Join(invalid(t, all, whole[:i]+c.to+whole[i+len(c.from):]), "\n"), c.says)
		})
	}
}

// invalid are the faults of a rendered overlay against the schemas in a folder.
func invalid(t *testing.T, folder, text string) (faults []string) {
	t.Helper()
	v, err := validator.New([]string{folder + "/{{ .ResourceKind }}{{ .KindSuffix }}.json"}, validator.Opts{Strict: true})
	must.OK(t, err)
	for _, result := range v.Validate("overlay", io.NopCloser(strings.NewReader(text))) {
		if result.Status != validator.Valid {
			faults = append(faults, result.Err.Error())
		}
	}
	return faults
}

// schemas writes a JSON schema for each kind that the overlays may use, and returns
// their folder.
func schemas(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	var swagger struct{ Definitions map[string]map[string]any }
	text, err := os.ReadFile(swaggerFile)
	if err != nil {
		t.Fatalf("run `make test-setup` first: %v", err)
	}
	must.OK(t, json.Unmarshal(text, &swagger))
	for name, kind := range map[string]string{
		"core.v1.Namespace": "namespace-v1", "core.v1.ConfigMap": "configmap-v1", "core.v1.Service": "service-v1",
		"apps.v1.Deployment": "deployment-apps-v1", "apps.v1.StatefulSet": "statefulset-apps-v1", "batch.v1.Job": "job-batch-v1",
		"policy.v1.PodDisruptionBudget": "poddisruptionbudget-policy-v1", "networking.v1.NetworkPolicy": "networkpolicy-networking-v1",
		"networking.v1.Ingress": "ingress-networking-v1", "autoscaling.v2.HorizontalPodAutoscaler": "horizontalpodautoscaler-autoscaling-v2",
	} {
		name = "io.k8s.api." + name
		used := map[string]any{}
		collect(swagger.Definitions, name, used)
		write(t, filepath.Join(folder, kind+".json"), map[string]any{"$ref": "#/definitions/" + name, "definitions": used})
	}
	for kind, file := range map[string]string{"podmonitor": monitorsFile, "prometheusrule": rulesFile} {
		write(t, filepath.Join(folder, kind+"-monitoring-v1.json"), custom(t, file))
	}
	return folder
}

// custom is the schema of a kind that a CustomResourceDefinition in a file brings.
func custom(t *testing.T, file string) map[string]any {
	t.Helper()
	var crd struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema map[string]any `yaml:"openAPIV3Schema"`
				} `yaml:"schema"`
			} `yaml:"versions"`
		} `yaml:"spec"`
	}
	must.OK(t, yaml.Unmarshal(must.Get(os.ReadFile(file))(t), &crd))
	schema := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	strict(schema)
	return schema
}

func write(t *testing.T, file string, schema map[string]any) {
	t.Helper()
	must.OK(t, os.WriteFile(file, must.Get(json.Marshal(schema))(t), 0o600))
}

// collect puts a definition, and those that it refers to, into used.
func collect(all map[string]map[string]any, name string, used map[string]any) {
	if used[name] != nil {
		return
	}
	definition := all[name]
	if strings.HasSuffix(name, ".resource.Quantity") {
		definition = map[string]any{"type": []any{"string", "number"}}
	}
	strict(definition)
	used[name] = definition
	for _, next := range references(definition) {
		collect(all, next, used)
	}
}

func references(schema any) (names []string) {
	switch s := schema.(type) {
	case map[string]any:
		if to, ok := s["$ref"].(string); ok {
			names = append(names, strings.TrimPrefix(to, "#/definitions/"))
		}
		for _, key := range slices.Sorted(maps.Keys(s)) {
			names = append(names, references(s[key])...)
		}
	case []any:
		for _, one := range s {
			names = append(names, references(one)...)
		}
	}
	return names
}

// strict has a schema of OpenAPI refuse what it does not name, and take a number
// where Kubernetes takes a number or a text.
func strict(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if s["format"] == "int-or-string" || s["x-kubernetes-int-or-string"] == true {
			delete(s, "format")
			delete(s, "anyOf")
			s["type"] = []any{"string", "integer"}
		}
		properties, named := s["properties"].(map[string]any)
		if _, said := s["additionalProperties"]; named && !said && s["x-kubernetes-preserve-unknown-fields"] != true {
			s["additionalProperties"] = false
		}
		for _, property := range properties { // their names are no keywords
			strict(property)
		}
		for key, part := range s {
			if key != "properties" && key != "enum" && key != "default" {
				strict(part)
			}
		}
	case []any:
		for _, one := range s {
			strict(one)
		}
	}
}
