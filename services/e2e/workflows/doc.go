// Package workflows walks through what people do with a record of statements, as
// curl would over REST: verify a quotation before it is published, handle a
// correction, put right who is said to have said something, and reconstruct what
// was known on a day. Each walk runs on both engines, on a record of our own.
package workflows
