// Package domain holds what the statements service knows: documents with their
// versions, entities, statements, and the rules that a single resource must
// keep.
//
// Rules here are pure: they see the resource and the text it stands on, never a
// store, a transport or a clock. Rules about what else is on record belong to
// package changes.
package domain
