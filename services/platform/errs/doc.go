// Package errs holds the kinds of error that onrecord knows and the one table
// that turns them into gRPC statuses.
//
// Domain rules and stores return *Error (or wrap one); nothing outside this
// package chooses a status code. What a caller may rely on is the kind and the
// reason, an UPPER_SNAKE word that never changes its meaning (AIP-193); the
// message is for people and may change.
//
// Only kinds, their construction and their translation to statuses may go
// here: no transport, no storage, no domain rule.
package errs
