// Package stack builds onrecord's programs and runs them as processes, for
// tests that see what an operator sees: addresses, signals, exit codes, files.
package stack
