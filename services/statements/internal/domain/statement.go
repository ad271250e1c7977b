package domain

import "time"

// Direct is the type of a statement that is the speaker's own words, quoted.
const Direct = "DIRECT"

// MaxDepth is how many statements may be reported in each other.
const MaxDepth = 8

// Statement is words attributed to a speaker.
type Statement struct {
	Record
	Document string `json:"document"` // id
	Version  int64  `json:"version"`
	// Type is the short name of the proto enum, such as "DIRECT".
	Type           string    `json:"type"`
	Text           string    `json:"text"`
	LanguageCode   string    `json:"lang"`
	Contents       []Span    `json:"contents"`
	Cue            *Span     `json:"cue,omitempty"`
	SourceMentions []Span    `json:"mentions,omitempty"`
	Speakers       []Speaker `json:"speakers"`
	// Audience, Event and Location are names of entities.
	Audience []string `json:"audience,omitempty"`
	Event    string   `json:"event,omitempty"`
	Location string   `json:"location,omitempty"`
	// Time is when it was said.
	Time Period `json:"time"`
	// Parent is the name of the statement in which this one is reported.
	Parent  string `json:"parent,omitempty"`
	Comment string `json:"comment,omitempty"`
	// PublishTime and AccessTime are those of the version, which never changes.
	PublishTime Period    `json:"publish_time,omitzero"`
	AccessTime  time.Time `json:"access_time,omitzero"`
	// OriginalText, OriginalLanguageCode and Translator are set of a translation.
	OriginalText         string `json:"original_text,omitempty"`
	OriginalLanguageCode string `json:"original_lang,omitempty"`
	Translator           string `json:"translator,omitempty"`
	// Topics are names of entities.
	Topics []string `json:"topics,omitempty"`
	// Appearances are where else the words are printed. FirstAppearance is the name
	// of the version that printed them first; "" is the statement's own.
	Appearances     []Appearance `json:"appearances,omitempty"`
	FirstAppearance string       `json:"first_appearance,omitempty"`
	Links           []Link       `json:"links,omitempty"`
	// Rank is "" (normal), Preferred or Deprecated.
	Rank       string      `json:"rank,omitempty"`
	RankReason string      `json:"rank_reason,omitempty"`
	References []Reference `json:"references,omitempty"`
	// Qualifiers are in the order of their keys.
	Qualifiers []Qualifier `json:"qualifiers,omitempty"`
	// Extraction is nil if nobody said.
	Extraction *Extraction `json:"extraction,omitempty"`
	// LatestAnchor is nil while Version is the newest of its document.
	LatestAnchor *VersionAnchor `json:"latest_anchor,omitempty"`
	// TextKey is KeyOf(Text).
	TextKey string `json:"text_key,omitempty"`
}

// Name is the resource name.
func (s Statement) Name() string { return StatementName(s.ID) }

// VersionName is the name of the document version that carries the statement.
func (s Statement) VersionName() string { return VersionName(s.Document, s.Version) }

// Written is the type of words that the speaker wrote.
const Written = "WRITTEN"

// Verbatim reports whether Text is what was said, word for word: of a direct
// quotation or a writing that is no translation, and not of an editor's summary.
func (s Statement) Verbatim() bool {
	switch {
	case s.OriginalLanguageCode != "" || s.Erased != nil:
		return false
	case s.Type == Written:
		return s.isPassage()
	default:
		return s.Type == Direct
	}
}

// OrderKey is the value of a field that statements can be ordered by.
func (s Statement) OrderKey(field string) any {
	if field == "statement_time" {
		return int64(s.Time.OrderKey())
	}
	return s.orderKey(field)
}
