// Package embargo has the rules of embargoes that both services share: when one
// holds, when one may begin, and how long it may last.
//
// Why: a document and its figures are of two services, and end their embargo by the
// same clock and the same rules, or a reader would see one without the other.
//
// What may go here: what follows from an end and the times of a write alone. What is
// restricted besides, and how a store hides it, belongs to the service.
package embargo
