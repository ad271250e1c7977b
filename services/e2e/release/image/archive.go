package image

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"

	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// WriteArchive writes an image as one file: an OCI image layout in a tar, with
// the manifest.json of `docker save` beside its index, so that containerd,
// Docker, Podman, skopeo and crane each find what they read. name is what the
// image is called once it is loaded, such as localhost/onrecord/gateway:v1.
func WriteArchive(to io.Writer, img v1.Image, name string) error {
	blobs, err := blobsOf(img)
	if err != nil {
		return err
	}
	index, err := indexOf(img, name)
	if err != nil {
		return err
	}
	docker, err := dockerManifest(img, name)
	if err != nil {
		return err
	}
	entries := []entry{
		{name: "oci-layout", content: []byte(`{"imageLayoutVersion":"1.0.0"}`)},
		{name: "index.json", content: index},
		{name: "manifest.json", content: docker},
		{name: "blobs"},
		{name: "blobs/sha256"},
	}
	entries = append(entries, blobs...)
	for i := range entries {
		entries[i].mode = 0o644
		if entries[i].content == nil {
			entries[i].mode = 0o755
		}
	}
	return writeEntries(to, entries)
}

// blobsOf are the manifest, the configuration and the layers, by their digests.
func blobsOf(img v1.Image) ([]entry, error) {
	layers, err := img.Layers()
	if err != nil {
		return nil, err
	}
	var blobs []entry
	add := func(digest func() (v1.Hash, error), content func() ([]byte, error)) error {
		hash, err := digest()
		if err != nil {
			return err
		}
		bytes, err := content()
		if err != nil {
			return err
		}
		blobs = append(blobs, entry{name: blob(hash), content: bytes})
		return nil
	}
	if err := add(img.Digest, img.RawManifest); err != nil {
		return nil, err
	}
	if err := add(img.ConfigName, img.RawConfigFile); err != nil {
		return nil, err
	}
	for _, layer := range layers {
		if err := add(layer.Digest, func() ([]byte, error) { return compressed(layer) }); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(blobs, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return blobs, nil
}

func blob(hash v1.Hash) string { return "blobs/" + hash.Algorithm + "/" + hash.Hex }

func compressed(layer v1.Layer) ([]byte, error) {
	file, err := layer.Compressed()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

func indexOf(img v1.Image, name string) ([]byte, error) {
	digest, err := img.Digest()
	if err != nil {
		return nil, err
	}
	size, err := img.Size()
	if err != nil {
		return nil, err
	}
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	return json.Marshal(v1.IndexManifest{
		SchemaVersion: 2,
		MediaType:     types.OCIImageIndex,
		Manifests: []v1.Descriptor{{
			MediaType: types.OCIManifestSchema1, Digest: digest, Size: size, Platform: config.Platform(),
			// The first is read by containerd, the second by the others.
			Annotations: map[string]string{"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name},
		}},
	})
}

// dockerManifest says the same in the form of `docker save`.
func dockerManifest(img v1.Image, name string) ([]byte, error) {
	config, err := img.ConfigName()
	if err != nil {
		return nil, err
	}
	layers, err := img.Layers()
	if err != nil {
		return nil, err
	}
	type saved struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	s := saved{Config: blob(config), RepoTags: []string{name}}
	for _, layer := range layers {
		digest, err := layer.Digest()
		if err != nil {
			return nil, err
		}
		s.Layers = append(s.Layers, blob(digest))
	}
	return json.Marshal([]saved{s})
}
