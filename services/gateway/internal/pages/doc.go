// Package pages is the explorer: the web pages on which people read the record.
//
// Why on the server: a page is a view of one answer of the same API that
// everybody else uses, it works without JavaScript, and the project needs no
// second toolchain. A page shows exact decimals and the source's own words side
// by side; what the source does not state is said to be not stated; what is
// withheld is said to be withheld; a parameter that a page does not know is an
// error and not ignored.
//
// Everything in the record was written by strangers. html/template escapes all
// of it, free text is isolated from its surroundings (bdi), and characters that
// would reorder a line are shown as what they are. Nothing on a page runs inline:
// the content security policy forbids it.
//
// What may go here: handlers, view models and the words of the pages. The
// templates and the style sheet are in the web package, drawings in chart. No
// rule of the domain and no SQL.
package pages
