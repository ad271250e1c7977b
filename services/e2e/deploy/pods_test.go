package deploy_test

import (
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

type podSpec struct {
	AutomountServiceAccountToken  *bool `yaml:"automountServiceAccountToken"`
	TerminationGracePeriodSeconds int   `yaml:"terminationGracePeriodSeconds"`
	HostNetwork                   bool  `yaml:"hostNetwork"`
	HostPID                       bool  `yaml:"hostPID"`
	SecurityContext               struct {
		RunAsNonRoot   bool `yaml:"runAsNonRoot"`
		RunAsUser      int  `yaml:"runAsUser"`
		SeccompProfile struct {
			Type string `yaml:"type"`
		} `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	Containers                []container `yaml:"containers"`
	InitContainers            []container `yaml:"initContainers"`
	TopologySpreadConstraints []struct {
		LabelSelector map[string]any `yaml:"labelSelector"`
	} `yaml:"topologySpreadConstraints"`
	Volumes []struct {
		Name     string                      `yaml:"name"`
		Secret   struct{ SecretName string } `yaml:"secret"`
		HostPath any                         `yaml:"hostPath"`
	} `yaml:"volumes"`
}

type container struct {
	Name  string   `yaml:"name"`
	Image string   `yaml:"image"`
	Args  []string `yaml:"args"`
	Env   []struct {
		Name      string `yaml:"name"`
		Value     string `yaml:"value"`
		ValueFrom struct {
			ConfigMapKeyRef  struct{ Name, Key string }         `yaml:"configMapKeyRef"`
			SecretKeyRef     any                                `yaml:"secretKeyRef"`
			ResourceFieldRef struct{ Resource, Divisor string } `yaml:"resourceFieldRef"`
		} `yaml:"valueFrom"`
	} `yaml:"env"`
	Ports []struct {
		Name          string `yaml:"name"`
		ContainerPort int    `yaml:"containerPort"`
	} `yaml:"ports"`
	VolumeMounts []struct {
		Name      string `yaml:"name"`
		MountPath string `yaml:"mountPath"`
		SubPath   string `yaml:"subPath"`
	} `yaml:"volumeMounts"`
	StartupProbe   *probe `yaml:"startupProbe"`
	ReadinessProbe *probe `yaml:"readinessProbe"`
	LivenessProbe  *probe `yaml:"livenessProbe"`
	Lifecycle      struct {
		PreStop struct {
			Sleep struct{ Seconds int } `yaml:"sleep"`
		} `yaml:"preStop"`
	} `yaml:"lifecycle"`
	SecurityContext struct {
		AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
		Privileged               bool  `yaml:"privileged"`
		ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
		Capabilities             struct{ Add, Drop []string }
	} `yaml:"securityContext"`
	Resources struct{ Requests, Limits map[string]string } `yaml:"resources"`
}

type probe struct {
	GRPC struct {
		Port    int    `yaml:"port"`
		Service string `yaml:"service"`
	} `yaml:"grpc"`
	HTTPGet struct{ Port string } `yaml:"httpGet"`
}

// ours are the programs of the project, by the last part of their image's name.
var ours = []string{"statements", "metrics", "gateway"}

// program is the name of our program that a container runs, "" for one of others.
func (c container) program() string {
	name, _, _ := strings.Cut(path.Base(c.Image), ":")
	if slices.Contains(ours, name) {
		return name
	}
	return ""
}

// flag is the value of a flag in the arguments, and whether it is there.
func (c container) flag(name string) (string, bool) {
	for _, arg := range c.Args {
		if key, value, ok := strings.Cut(arg, "="); ok && key == name {
			return value, true
		}
	}
	return "", false
}

func (p podSpec) all() []container { return append(slices.Clone(p.InitContainers), p.Containers...) }

func TestPodsAreRestricted(t *testing.T) {
	each(t, func(t *testing.T, m manifests) { restricted(m).report(t) })
}

// restricted is what Pod Security `restricted` asks for and more: no token, no way
// to write outside volumes, requests and a limit, an image by its version.
func restricted(m manifests) (found problems) {
	for _, o := range m.podded() {
		pod := o.Spec.Template.Spec
		if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
			found.add("%s: a service account token is mounted, which nothing uses", o)
		}
		if s := pod.SecurityContext; !s.RunAsNonRoot || s.RunAsUser == 0 || s.SeccompProfile.Type != "RuntimeDefault" {
			found.add("%s: the pod is not fit for Pod Security restricted", o)
		}
		if pod.HostNetwork || pod.HostPID {
			found.add("%s: the pod sees its host", o)
		}
		for _, v := range pod.Volumes {
			if v.HostPath != nil {
				found.add("%s: volume %s is a folder of the host", o, v.Name)
			}
		}
		for _, c := range pod.all() {
			s := c.SecurityContext
			if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.Privileged || len(s.Capabilities.Add) > 0 ||
				!slices.Equal(s.Capabilities.Drop, []string{"ALL"}) {
				found.add("%s: container %s is not fit for Pod Security restricted", o, c.Name)
			}
			if !s.ReadOnlyRootFilesystem {
				found.add("%s: container %s may write to its root", o, c.Name)
			}
			if c.Resources.Requests["cpu"] == "" || c.Resources.Requests["memory"] == "" || c.Resources.Limits["memory"] == "" {
				found.add("%s: container %s lacks requests or a limit of memory", o, c.Name)
			}
			if _, tag, ok := strings.Cut(path.Base(c.Image), ":"); !ok || tag == "latest" {
				found.add("%s: image %q of container %s has no version", o, c.Image, c.Name)
			}
		}
	}
	return found
}

func TestMemoryIsCollectedBelowItsLimit(t *testing.T) {
	each(t, func(t *testing.T, m manifests) { collected(m).report(t) })
}

// collected: the runtime of each program that serves knows the limit of its container.
func collected(m manifests) (found problems) {
	for _, name := range []string{"statements", "metrics", "gateway"} {
		i := slices.IndexFunc(m.services(), func(o object) bool { return o.Metadata.Name == name })
		var limit, told string
		for _, e := range m.services()[i].Spec.Template.Spec.Containers[0].Env {
			if from := e.ValueFrom.ResourceFieldRef; from.Resource == "limits.memory" && from.Divisor == "1Mi" {
				limit = "$(" + e.Name + ")000000"
			}
			if e.Name == "GOMEMLIMIT" && e.Value == limit { // a variable may name those before it
				told = e.Value
			}
		}
		if told == "" {
			found.add("%s: GOMEMLIMIT is not below the limit of its memory", name)
		}
	}
	return found
}

func TestPodsAreProbed(t *testing.T) {
	each(t, func(t *testing.T, m manifests) { probed(m).report(t) })
}

// probed: whatever serves says whether it lives and is ready. Our programs say it
// over gRPC on the listener for that; a store that is away must not restart them.
func probed(m manifests) (found problems) {
	for _, o := range m.services() {
		for _, c := range o.Spec.Template.Spec.Containers {
			if c.StartupProbe == nil || c.ReadinessProbe == nil || c.LivenessProbe == nil {
				found.add("%s: a probe is missing", o)
				continue
			}
			if c.program() == "" {
				continue
			}
			health, _ := c.flag("--health-listen")
			for name, p := range map[string]*probe{"live": c.StartupProbe, "": c.ReadinessProbe, " live": c.LivenessProbe} {
				if p.GRPC.Port != portOf(health) {
					found.add("%s: a probe asks port %d, --health-listen is %q", o, p.GRPC.Port, health)
				}
				if want := strings.TrimSpace(name); p.GRPC.Service != want {
					found.add("%s: a probe asks for the service %q, not %q", o, p.GRPC.Service, want)
				}
			}
		}
	}
	return found
}

func TestPodsHaveTimeToDrain(t *testing.T) {
	each(t, func(t *testing.T, m manifests) { drains(m, settingsOf(t)).report(t) })
}

// drains: the time until a pod is killed holds the sleep before its stop and the
// stop itself.
func drains(m manifests, settings map[string]settings) (found problems) {
	for _, o := range m.services() {
		pod := o.Spec.Template.Spec
		for _, c := range pod.Containers {
			sleep, timeout := time.Duration(c.Lifecycle.PreStop.Sleep.Seconds)*time.Second, 0*time.Second
			if sleep == 0 {
				found.add("%s: the pod stops before it has left every list of endpoints", o)
			}
			if name := c.program(); name != "" {
				value, ok := c.flag("--drain-timeout")
				if !ok {
					value = settings[name].of("--drain-timeout").Default
				}
				var err error
				if timeout, err = time.ParseDuration(value); err != nil {
					found.add("%s: --drain-timeout: %v", o, err)
				}
			}
			if grace := time.Duration(pod.TerminationGracePeriodSeconds) * time.Second; grace < sleep+timeout+5*time.Second {
				found.add("%s: %v of grace do not hold a sleep of %v and a stop of up to %v", o, grace, sleep, timeout)
			}
		}
	}
	return found
}
