package deploy_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const manifestsFolder = "../../../deploy/kubernetes/"

// overlays are what an operator applies: the two of the project, and production
// with the components that it has in comments.
var overlays = []string{"local", "production", "monitored"}

// rendered are overlays that some test has rendered.
var rendered sync.Map

// render is the YAML of an overlay, as `kubectl kustomize` prints it.
func render(t *testing.T, overlay string) string {
	t.Helper()
	if text, ok := rendered.Load(overlay); ok {
		return text.(string) //nolint:forcetypeassert // only texts are stored
	}
	folder := filepath.Join(manifestsFolder, "overlays", overlay)
	if overlay == "monitored" {
		folder = monitored(t)
	}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy
	resources, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), folder)
	must.OK(t, err)
	text, err := resources.AsYaml()
	must.OK(t, err)
	rendered.Store(overlay, string(text))
	return string(text)
}

// monitored makes an overlay of production and the components of monitoring and
// traces.
func monitored(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	relative := func(name string) string {
		to, err := filepath.Abs(manifestsFolder + name)
		must.OK(t, err)
		from, err := filepath.EvalSymlinks(folder)
		must.OK(t, err)
		return must.Get(filepath.Rel(from, to))(t)
	}
	must.OK(t, os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(
		"namespace: onrecord\nresources: ["+relative("overlays/production")+"]\ncomponents: ["+relative("components/monitoring")+", "+relative("components/traces")+"]\n"), 0o600))
	return folder
}

// each runs a check on every overlay.
func each(t *testing.T, check func(t *testing.T, m manifests)) {
	t.Helper()
	for _, overlay := range overlays {
		t.Run(overlay, func(t *testing.T) { check(t, parse(t, render(t, overlay))) })
	}
}
