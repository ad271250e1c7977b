// Package kube deploys both overlays on a real cluster and tries them there: that
// pods are admitted and get ready, who may connect with whom, that migrations come
// before the pods that need them, that budgets and autoscalers hold, and what those
// notice who call all the while.
//
// The tests have the build tag kube and are run by `make e2e-kube` alone, with the
// cluster of KUBECONFIG, kubectl, and the images of `make images`. Settings, all in
// the environment:
//
//	ONRECORD_KUBE_LOAD     the command that gives the nodes the image in a tar, whose path is added to it
//	ONRECORD_KUBE_HOST     the address at which pods reach this machine, where PostgreSQL is started
//	ONRECORD_KUBE_VOLUMES  a folder on the node, which is this machine, for volumes; "" has the cluster provide them
//	ONRECORD_KUBE_IMAGES   the folder of the images
//	ONRECORD_KUBE_VERSION  their version
//
// They make namespaces of their own and remove them. The Ingress controller and
// oauth2-proxy of the production overlay are left out; everything else of both is as
// an operator applies it, with smaller requests for CPU and autoscalers of a small
// cluster.
package kube
