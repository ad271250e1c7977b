// Package deploy checks the Kubernetes manifests: that every overlay renders,
// and that what it renders is what the operator's runbook promises. It renders
// with kustomize's own library, the engine of `kubectl kustomize`.
package deploy
