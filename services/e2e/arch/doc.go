// Package arch checks what a newcomer relies on when reading the tree: which
// package may import which, that every package says what it is for, and that
// files and functions stay small enough to read. Each rule has its reason
// beside it.
package arch
