// Package protodiff compares two messages of one type field by field, as JSON has
// them: what a service answers that asks what changed from one revision of a
// resource to another.
//
// What may go here: the comparison. Which fields every revision changes, and so
// say nothing, is for the service to clear before.
package protodiff
