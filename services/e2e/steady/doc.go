// Package steady keeps a running onrecord under a steady load while something is
// done to it, and says what its callers noticed.
//
// Calls are due at fixed times, whatever became of those before. They are made as a
// careful caller makes them: over REST with net/http alone, over gRPC with package
// rpcclient. Nothing here tries a call again that those do not, so every failure
// that is counted is one that a user has seen. What was acknowledged is read again
// in the end, and must have come through the watch.
package steady
