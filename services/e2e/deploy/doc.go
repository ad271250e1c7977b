// Package deploy checks what is deployed: the images, and the Kubernetes manifests.
//
// It renders every overlay with kustomize's own library, the engine of `kubectl
// kustomize`, validates what comes out against the schemas of Kubernetes without a
// cluster, holds it to rules of our own, each in the file of its subject (pods,
// settings, network, production), and runs the programs with the arguments that the
// production overlay gives them. Each rule is tried on a manifest that breaks it, too.
package deploy
