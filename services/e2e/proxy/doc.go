// Package proxy signs people in by oauth2-proxy, run as the component auth-proxy of
// deploy/kubernetes runs it, before a server whose callers show tokens of an issuer.
//
// The tests have the build tag proxy and are run by `make e2e-proxy` alone, which builds
// oauth2-proxy in the version of the component. They need the Chromium of
// services/e2e/setup.sh.
package proxy
