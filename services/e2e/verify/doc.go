// Package verify brings the text of a document that was put on record by its
// hash alone, and looks at what is verified, what is not, and what is kept.
package verify
