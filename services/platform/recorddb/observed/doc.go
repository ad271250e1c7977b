// Package observed counts and traces what a service asks of its database, whichever
// engine that is.
//
// Why: both engines are then watched alike, by the same names, and none of them knows of
// it. What happens inside an engine it tells by recorddb.Usage. Spans name what a
// statement does and to which table; the text of it, which a filter can make long, and
// what is bound to it are never in them.
//
// What may go here: what operators see of a database. Nothing that changes what it does.
package observed
