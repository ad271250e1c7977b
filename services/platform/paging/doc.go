// Package paging holds what every List method needs to hand out its pages: the
// page size rule and the page token.
//
// A token is a keyset position, never an offset, and is bound to the request
// that made it, so a token can neither skip nor repeat rows when the data grows
// and cannot be used with another filter. It carries the read time of the first
// page, so that a whole walk sees one state of the record. DESIGN.md says why.
// Nothing about SQL or transports may go here.
package paging
