// Package disktest gives a test file systems of its own: small ones that become
// full, and ones that turn read-only. Programs behave there as they do on a
// machine whose disk does so, which no imitation in a folder shows.
//
// A test that uses it runs in a second process with a mount namespace of its
// own, so an ordinary user may do it and nothing is left behind. That takes Linux
// and, but for root, user namespaces; without them such a test fails and says so.
//
// What may go here: faults of disks. It is imported by tests only.
package disktest
