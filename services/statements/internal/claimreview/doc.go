// Package claimreview reads and writes reviews as schema.org ClaimReview
// (JSON-LD), the form in which fact-checkers publish them.
//
// Why apart: it is another format's rules, and knows the contract's Review, not
// the record. Nothing is guessed: what a Review has no place for is named, and a
// property that is not what schema.org says it is refuses the whole.
//
// What schema.org has no word for is written with terms of the Web Annotation
// vocabulary (the passage that is reviewed) and as PropertyValue (names of this
// record). The verdict is not written: it is the writer's own.
package claimreview
