package deploy_test

import (
	"encoding/json"
	"net"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

// settings are those that a program prints.
type settings []setting

type setting struct {
	Flag, Env, Default string
	Commands           []string
}

// of is a setting by its flag, without a name if there is none.
func (s settings) of(flag string) setting {
	i := slices.IndexFunc(s, func(one setting) bool { return one.Flag == flag })
	if i < 0 {
		return setting{}
	}
	return s[i]
}

var known struct {
	mu  sync.Mutex
	all map[string]settings
}

// settingsOf are the settings of our programs, by their names.
func settingsOf(t *testing.T) map[string]settings {
	t.Helper()
	known.mu.Lock()
	defer known.mu.Unlock()
	if known.all == nil {
		all := map[string]settings{}
		for _, name := range ours {
			var s settings
			must.OK(t, json.Unmarshal([]byte(stack.Run(t, name, "settings")), &s))
			all[name] = s
		}
		known.all = all
	}
	return known.all
}

func TestSettingsExist(t *testing.T) {
	each(t, func(t *testing.T, m manifests) { configured(m, settingsOf(t)).report(t) })
}

// configured: every flag and variable that a manifest gives a program is one of its
// command's, and what it refers to is there.
func configured(m manifests, known map[string]settings) (found problems) {
	for _, o := range m.podded() {
		for _, c := range o.Spec.Template.Spec.all() {
			for _, e := range c.Env {
				if ref := e.ValueFrom.ConfigMapKeyRef; ref.Name != "" {
					if config, ok := m.named("ConfigMap", ref.Name); !ok || config.Data[ref.Key] == "" {
						found.add("%s: the ConfigMap %s has no key %s", o, ref.Name, ref.Key)
					}
				}
				if e.ValueFrom.SecretKeyRef != nil {
					found.add("%s: %s is a secret in a variable, not in a file", o, e.Name)
				}
			}
			if c.program() == "" {
				continue
			}
			command := c.Args[0]
			takes := func(s setting) bool { return len(s.Commands) == 0 || slices.Contains(s.Commands, command) }
			for _, arg := range c.Args[1:] {
				flag, _, _ := strings.Cut(arg, "=")
				if s := known[c.program()].of(flag); s.Flag == "" || !takes(s) {
					found.add("%s: `%s %s` has no setting %s", o, c.program(), command, flag)
				}
			}
			for _, e := range c.Env {
				if ofRuntime(e.Name) {
					continue
				}
				if !slices.ContainsFunc(known[c.program()], func(s setting) bool { return s.Env == e.Name && takes(s) }) {
					found.add("%s: `%s %s` reads no variable %s", o, c.program(), command, e.Name)
				}
			}
		}
	}
	return found
}

// ofRuntime reports whether a variable is Go's own, or makes one.
func ofRuntime(variable string) bool {
	return variable == "GOMEMLIMIT" || variable == "MEMORY_LIMIT_MIB"
}

func TestFilesAreMounted(t *testing.T) {
	each(t, func(t *testing.T, m manifests) { mounted(m).report(t) })
}

// mounted: every file that a setting names lies in a volume of its container. No
// mount is of one file (subPath), which would never change with its Secret.
func mounted(m manifests) (found problems) {
	for _, o := range m.podded() {
		for _, c := range o.Spec.Template.Spec.all() {
			var folders []string
			for _, mount := range c.VolumeMounts {
				folders = append(folders, mount.MountPath+"/")
				if mount.SubPath != "" {
					found.add("%s: the mount %s would not follow a change of its Secret", o, mount.MountPath)
				}
			}
			for _, value := range c.values(m) {
				for _, file := range filesIn(value) {
					if !slices.ContainsFunc(folders, func(f string) bool { return strings.HasPrefix(file, f) }) {
						found.add("%s: nothing is mounted at %s", o, file)
					}
				}
			}
		}
	}
	return found
}

// values are what the settings of a container say.
func (c container) values(m manifests) (all []string) {
	for _, arg := range c.Args {
		if _, value, ok := strings.Cut(arg, "="); ok {
			all = append(all, value)
		}
	}
	for _, e := range c.Env {
		value := e.Value
		if ref := e.ValueFrom.ConfigMapKeyRef; ref.Name != "" {
			config, _ := m.named("ConfigMap", ref.Name)
			value = config.Data[ref.Key]
		}
		all = append(all, value)
	}
	return all
}

// filesIn are the files of ours that a value names: as a whole, or as the setting
// of a URL.
func filesIn(value string) (files []string) {
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return r == '=' || r == '&' || r == '?' }) {
		part = strings.TrimPrefix(part, "sqlite:")
		if strings.HasPrefix(part, "/etc/onrecord/") || strings.HasPrefix(part, "/var/lib/onrecord/") {
			files = append(files, part)
		}
	}
	return files
}

// TestSecretsAreExplained: the runbook says how to make each Secret that a manifest
// mounts.
func TestSecretsAreExplained(t *testing.T) {
	runbook := string(must.Get(os.ReadFile("../../../deploy/README.md"))(t))
	each(t, func(t *testing.T, m manifests) {
		for _, o := range m.podded() {
			for _, v := range o.Spec.Template.Spec.Volumes {
				if name := v.Secret.SecretName; name != "" && !strings.Contains(runbook, "`"+name+"`") {
					t.Errorf("deploy/README.md does not say how to make the Secret %s of %s", name, o)
				}
			}
		}
	})
}

// portOf is the port of host:port, 0 if it is not that.
func portOf(address string) int {
	_, port, err := net.SplitHostPort(path.Base(address))
	if err != nil {
		return 0
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return 0
	}
	return number
}
