package deploy_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const overlays = "../../../deploy/kubernetes/overlays/"

func render(t *testing.T, overlay string) resmap.ResMap {
	t.Helper()
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), overlays+overlay)
	if err != nil {
		t.Fatal(err)
	}
	return rendered
}

// workload is what the checks read of a Deployment or StatefulSet.
type workload struct {
	Kind     string `yaml:"kind"`
	Metadata struct {
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace"`
	} `yaml:"metadata"`
	Spec struct {
		Replicas int `yaml:"replicas"`
		Template struct {
			Spec podSpec `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

type podSpec struct {
	AutomountServiceAccountToken  *bool `yaml:"automountServiceAccountToken"`
	TerminationGracePeriodSeconds int   `yaml:"terminationGracePeriodSeconds"`
	SecurityContext               struct {
		RunAsNonRoot   bool `yaml:"runAsNonRoot"`
		SeccompProfile struct {
			Type string `yaml:"type"`
		} `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	Containers     []container `yaml:"containers"`
	InitContainers []container `yaml:"initContainers"`
}

type container struct {
	Name            string         `yaml:"name"`
	Args            []string       `yaml:"args"`
	ReadinessProbe  map[string]any `yaml:"readinessProbe"`
	LivenessProbe   map[string]any `yaml:"livenessProbe"`
	StartupProbe    map[string]any `yaml:"startupProbe"`
	SecurityContext struct {
		AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
		ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
		Capabilities             struct {
			Drop []string `yaml:"drop"`
		} `yaml:"capabilities"`
	} `yaml:"securityContext"`
	Resources struct {
		Requests map[string]string `yaml:"requests"`
		Limits   map[string]string `yaml:"limits"`
	} `yaml:"resources"`
}

// workloads are the rendered Deployments and StatefulSets by name.
func workloads(t *testing.T, overlay string) map[string]workload {
	t.Helper()
	found := map[string]workload{}
	for _, resource := range render(t, overlay).Resources() {
		if kind := resource.GetKind(); kind != "Deployment" && kind != "StatefulSet" {
			continue
		}
		text, err := resource.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		var w workload
		if err := yaml.Unmarshal(text, &w); err != nil {
			t.Fatal(err)
		}
		found[w.Metadata.Name] = w
	}
	return found
}

func TestOverlays(t *testing.T) {
	for _, overlay := range []string{"local", "production"} {
		t.Run(overlay, func(t *testing.T) {
			found := workloads(t, overlay)
			for _, name := range []string{"statements", "metrics", "gateway"} {
				w, ok := found[name]
				if !ok {
					t.Errorf("no workload %s", name)
					continue
				}
				checkWorkload(t, w)
			}
		})
	}
}

func checkWorkload(t *testing.T, w workload) {
	t.Helper()
	pod := w.Spec.Template.Spec
	if w.Metadata.Namespace != "onrecord" {
		t.Errorf("%s: namespace %q", w.Metadata.Name, w.Metadata.Namespace)
	}
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		t.Errorf("%s: a service account token is mounted, which nothing uses", w.Metadata.Name)
	}
	if !pod.SecurityContext.RunAsNonRoot || pod.SecurityContext.SeccompProfile.Type != "RuntimeDefault" {
		t.Errorf("%s: the pod is not fit for Pod Security `restricted`", w.Metadata.Name)
	}
	// The defaults of --drain-delay and --drain-timeout add up to 30 seconds.
	if pod.TerminationGracePeriodSeconds <= 30 {
		t.Errorf("%s: %d s of grace do not cover the drain", w.Metadata.Name, pod.TerminationGracePeriodSeconds)
	}
	for _, c := range append(pod.InitContainers, pod.Containers...) {
		s := c.SecurityContext
		if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || !s.ReadOnlyRootFilesystem || strings.Join(s.Capabilities.Drop, " ") != "ALL" {
			t.Errorf("%s/%s: the container is not fit for Pod Security `restricted`", w.Metadata.Name, c.Name)
		}
		if c.Resources.Requests["cpu"] == "" || c.Resources.Requests["memory"] == "" || c.Resources.Limits["memory"] == "" {
			t.Errorf("%s/%s: requests and a memory limit are not all set", w.Metadata.Name, c.Name)
		}
	}
	for _, c := range pod.Containers {
		if c.ReadinessProbe == nil || c.LivenessProbe == nil || c.StartupProbe == nil {
			t.Errorf("%s/%s: a probe is missing", w.Metadata.Name, c.Name)
		}
	}
}

// TestEmbeddedStoresHaveOneWriter: two pods on one file would corrupt it.
func TestEmbeddedStoresHaveOneWriter(t *testing.T) {
	for _, overlay := range []string{"local", "production"} {
		for name, w := range workloads(t, overlay) {
			if w.Kind == "StatefulSet" && w.Spec.Replicas != 1 {
				t.Errorf("%s: %s has %d replicas on one SQLite file", overlay, name, w.Spec.Replicas)
			}
		}
	}
}
