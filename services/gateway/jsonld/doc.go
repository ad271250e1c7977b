// Package jsonld writes resources of the record as JSON-LD: in the terms of
// schema.org (Quotation, Claim, ClaimReview, Observation, StatisticalVariable,
// Article, Person and others) and, for passages, of the W3C Web Annotation model.
//
// A term is used only of the types that its vocabulary has it for. A speaker that is an
// entity is pointed to; in an answer that has the entity it has the entity's type and
// name too. What a document calls it is `onrecord:attribution`.
//
// What neither vocabulary has is in `onrecord:record`, in the API's own JSON, so that
// a line that is written can be read back without loss. The context is complete: a
// processor needs to fetch nothing. Exact decimals are texts of xsd:decimal.
//
// It is the one writer of the REST answers and of the statements files of package
// interchange, which reads them. Only forms may go here: what is said follows from
// the resource alone.
package jsonld
