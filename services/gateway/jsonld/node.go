package jsonld

import "encoding/json"

// Node is a resource of any kind: what JSON-LD says of it in terms that others know.
// Record is the rest, in the API's own JSON.
type Node struct {
	Context        json.RawMessage `json:"@context,omitempty"`
	Type           string          `json:"@type"`
	ID             string          `json:"@id,omitempty"`
	AdditionalType string          `json:"additionalType,omitempty"`

	// Of entities and metrics.
	Name          string            `json:"name,omitempty"`
	AlternateName Several[string]   `json:"alternateName,omitempty"`
	Description   string            `json:"description,omitempty"`
	Identifier    Several[Property] `json:"identifier,omitempty"`

	// Of documents and versions.
	Headline      string          `json:"headline,omitempty"`
	Publisher     *Ref            `json:"publisher,omitempty"`
	URL           string          `json:"url,omitempty"`
	ExampleOfWork *Ref            `json:"exampleOfWork,omitempty"`
	Version       string          `json:"version,omitempty"`
	DatePublished string          `json:"datePublished,omitempty"`
	ArticleBody   string          `json:"articleBody,omitempty"`
	InLanguage    string          `json:"inLanguage,omitempty"`
	Author        Several[Ref]    `json:"author,omitempty"`
	License       string          `json:"license,omitempty"`
	Record        json.RawMessage `json:"onrecord:record,omitempty"`

	// Of statements.
	Text              string               `json:"text,omitempty"`
	SpokenByCharacter Several[Ref]         `json:"spokenByCharacter,omitempty"`
	Attribution       Several[Attribution] `json:"onrecord:attribution,omitempty"`
	IsPartOf          *Ref                 `json:"isPartOf,omitempty"`
	About             Several[Ref]         `json:"about,omitempty"`
	LocationCreated   *Ref                 `json:"locationCreated,omitempty"`
	DateCreated       string               `json:"dateCreated,omitempty"`
	Target            Several[Target]      `json:"target,omitempty"`
	Cue               *Target              `json:"onrecord:cue,omitempty"`
	SourceMentions    Several[Target]      `json:"onrecord:sourceMentions,omitempty"`

	// Of answers: what the service adds. A file has none of it, and who reads one in
	// leaves it out.
	Served
	// Of figures and reviews, which statements files do not have.
	Measured
	Reviewed
}

// Served is what the service adds to what was put on record. Where schema.org has a
// property for some types alone, the others have a term of the record.
type Served struct {
	// DateModified is when the newest revision of a CreativeWork was recorded, RFC 3339;
	// UpdateTime is that of anything else. Revision is its number.
	DateModified string `json:"dateModified,omitempty"`
	UpdateTime   string `json:"onrecord:updateTime,omitempty"`
	Revision     string `json:"onrecord:revision,omitempty"`
	// CreativeWorkStatus is "retracted" of a CreativeWork that was retracted, Status that of
	// anything else.
	CreativeWorkStatus string `json:"creativeWorkStatus,omitempty"`
	Status             string `json:"onrecord:status,omitempty"`
	// Appearance are the versions that print the words of a Claim, FirstAppearance is the
	// first; PrintedIn and FirstPrintedIn are those of a Quotation.
	Appearance      Several[Ref] `json:"appearance,omitempty"`
	FirstAppearance *Ref         `json:"firstAppearance,omitempty"`
	PrintedIn       Several[Ref] `json:"onrecord:appearance,omitempty"`
	FirstPrintedIn  *Ref         `json:"onrecord:firstAppearance,omitempty"`
	// Figures are those in the statement's words.
	Figures Several[Ref] `json:"onrecord:figures,omitempty"`
}

// Measured is what a figure says.
type Measured struct {
	// VariableMeasured is the metric; of no figure but a CHANGE it is what changed.
	VariableMeasured *Ref `json:"variableMeasured,omitempty"`
	// ObservationDate is the period if that is a date as schema.org takes dates, TimePeriod
	// is the period as it is, EDTF.
	ObservationDate string `json:"observationDate,omitempty"`
	TimePeriod      string `json:"onrecord:timePeriod,omitempty"`
	// Value, MinValue and MaxValue are exact, multiplied out, in UnitText.
	Value    string `json:"value,omitempty"`
	MinValue string `json:"minValue,omitempty"`
	MaxValue string `json:"maxValue,omitempty"`
	// MinInclusive and MaxInclusive say whether an end belongs to the range.
	MinInclusive *bool  `json:"onrecord:minInclusive,omitempty"`
	MaxInclusive *bool  `json:"onrecord:maxInclusive,omitempty"`
	UnitText     string `json:"unitText,omitempty"`
	// UnitCode is of UCUM: without its prefix it would be one of UN/CEFACT.
	UnitCode string `json:"unitCode,omitempty"`
	// Dimensions are the key of the series, by SDMX concept.
	Dimensions Several[Property] `json:"additionalProperty,omitempty"`
	// Reported is what is printed, DocumentVersion what prints it.
	Reported        string `json:"onrecord:reported,omitempty"`
	DocumentVersion *Ref   `json:"onrecord:documentVersion,omitempty"`
	// Claimant says so; Producer is who measured it.
	Claimant *Ref `json:"onrecord:claimant,omitempty"`
	Producer *Ref `json:"onrecord:producer,omitempty"`
	// StatedIn are the statements whose words hold it.
	StatedIn Several[Ref] `json:"onrecord:statedIn,omitempty"`
}

// Reviewed is what a review says.
type Reviewed struct {
	ClaimReviewed string  `json:"claimReviewed,omitempty"`
	ItemReviewed  *Ref    `json:"itemReviewed,omitempty"`
	ReviewRating  *Rating `json:"reviewRating,omitempty"`
}
