// Package changes puts new resources on record: it checks them against what
// else is on record and writes them, in one transaction of the store.
//
// Every create goes this one way, be it of one resource, of a batch or of an
// ingest that is staged first: so a stage is checked exactly as a create is.
// Rules that a resource keeps by itself are in package domain; what a request
// looks like belongs to package api.
package changes
