// Package sourcetext holds the text of a document version, in the one form that offsets are counted over.
//
// Why: a span is evidence only if everybody counts alike. So the text is normalised once (valid UTF-8, CRLF and CR to LF,
// Unicode NFC, no NUL), offsets are Unicode code points, half-open, and the SHA-256 of the normalised UTF-8 bytes names
// the text. A span is accepted only if the text at its offsets is exactly the quoted words; it never moves to a
// look-alike. These are the TextPositionSelector and TextQuoteSelector of the W3C Web Annotation Data Model.
//
// What may go here: normal form, offsets and checks of one text. Re-anchoring in another version belongs to the services.
package sourcetext
