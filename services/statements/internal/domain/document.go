package domain

import (
	"time"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Document is a published source. Its text is on its versions.
type Document struct {
	Record
	URI          string `json:"uri,omitempty"`
	Headline     string `json:"headline"`
	Publisher    string `json:"publisher"`
	Byline       string `json:"byline,omitempty"`
	LanguageCode string `json:"lang"`
	License      string `json:"license,omitempty"`
	UsageTerms   string `json:"terms,omitempty"`
	// TextWithheld says that the text is used to verify spans and not stored.
	TextWithheld bool `json:"withheld,omitempty"`
	// LatestVersion is the number of the newest version, 0 while there is none.
	LatestVersion int64 `json:"latest,omitempty"`
	// EmbargoEnd is until when only editors and admins read it; 0 for none.
	EmbargoEnd recordtime.Time `json:"embargo_end,omitempty"`
}

// Name is the resource name.
func (d Document) Name() string { return DocumentName(d.ID) }

// OrderKey is the value of a field that documents can be ordered by.
func (d Document) OrderKey(field string) any {
	if field == "headline" {
		return d.Headline
	}
	return d.orderKey(field)
}

// orderKey is OrderKey for the fields of every resource.
func (r Record) orderKey(field string) any {
	switch field {
	case "create_time":
		return int64(r.Created)
	case "update_time":
		return int64(r.Updated)
	default:
		return r.ID
	}
}

// Version is the text of a document as published at one time. It never changes.
type Version struct {
	Document string          `json:"document"` // id
	Number   int64           `json:"number"`   // from 1
	UID      string          `json:"uid"`
	Created  recordtime.Time `json:"created"`
	// Text is in normal form. It is empty where the text is withheld, and in
	// lists. It is stored apart.
	Text string `json:"-"`
	// SHA256 and Length are those of the text in normal form.
	SHA256      string    `json:"sha256"`
	Length      int       `json:"length"`
	PublishTime Period    `json:"publish_time"`
	AccessTime  time.Time `json:"access_time,omitzero"`
	// Erased says that the document was erased: nothing else is left but the key,
	// UID and Created.
	Erased bool `json:"erased,omitempty"`
	// Restricted says that the document was restricted when the version was recorded.
	Restricted bool `json:"restricted,omitempty"`
	// Published is when the embargo ended under which the version was recorded: set
	// only where it is told again for that. See store.Writer.PublishVersion.
	Published recordtime.Time `json:"published,omitempty"`
}

// IsRestricted reports whether only editors and admins read what is told of the version.
func (v Version) IsRestricted() bool { return v.Restricted && v.Published == 0 }

// Name is the resource name.
func (v Version) Name() string { return VersionName(v.Document, v.Number) }
