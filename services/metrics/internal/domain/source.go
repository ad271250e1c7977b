package domain

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Source is where figures come from. Figures with one producer, title, document and claimant are of one source.
type Source struct {
	// ID is made of the four fields by SourceID.
	ID string `json:"id"`
	// Producer is who made the data, Title the publication or table.
	Producer string `json:"producer,omitempty"`
	Title    string `json:"title,omitempty"`
	// Document is the id of the document that prints it, Claimant the resource name of who says so.
	Document string `json:"document,omitempty"`
	Claimant string `json:"claimant,omitempty"`
	// URI, License and CitationFull may differ from figure to figure.
	URI          string `json:"uri,omitempty"`
	License      string `json:"license,omitempty"`
	CitationFull string `json:"citation_full,omitempty"`
}

// sourceIDLength is how many characters of the hash name a source: 80 bits.
const sourceIDLength = 16

// SourceID names a source: the same wherever it is computed.
func SourceID(producer, title, document, claimant string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{producer, title, document, claimant}, "\n")))
	return strings.ToLower(base32.HexEncoding.EncodeToString(sum[:]))[:sourceIDLength]
}

// SourceOf returns the source of a figure. The producer is that of its origin, else the one that its text names.
func SourceOf(f Figure) Source {
	s := Source{Document: DocumentOf(f.DocumentVersion), Claimant: f.Claimant}
	if f.Origin != nil {
		s.Producer, s.Title, s.URI, s.License = f.Origin.Producer, f.Origin.Title, f.Origin.URI, f.Origin.License
		s.CitationFull = f.Origin.CitationFull
	}
	if s.Producer == "" {
		s.Producer = f.AttributedProducer
	}
	s.ID = SourceID(s.Producer, s.Title, s.Document, s.Claimant)
	return s
}
