// Package browser looks at the explorer's pages in a real browser: what a
// reader sees, whether the page reports any error, and whether it fits a phone.
// The journeys go where readers and editors go, with the mouse, with the keyboard and
// without JavaScript; axe-core checks every page in both colour schemes. Pictures are kept
// with `go test -artifacts`; `make shots` puts them into .deps/shots.
package browser
