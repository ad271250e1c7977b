// Package browser looks at the explorer's pages in a real browser: what a
// reader sees, whether the page reports any error, and whether it fits a phone.
// Screenshots are kept with `go test -artifacts`.
package browser
