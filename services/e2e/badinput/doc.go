// Package badinput sends onrecord what it must refuse, and what other systems
// are on record for having taken silently or wrongly: the numbers F1 to F26 are
// those of the project's list of such failures.
//
// Every refusal must be precise (code, reason, domain, the field at fault) and
// leave nothing behind.
package badinput
