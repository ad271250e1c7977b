package domain

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Observation is a figure as a point of its series, multiplied out; or what a query made of one or several.
type Observation struct {
	Figure       string // id; "" of what was aggregated
	Period       TimePeriod
	Kind         ValueKind
	Normalized   Normalized
	Approximator Approximator
	Missing      string
	Written      Written

	// Revision is the one shown, UpdateTime when it was recorded, CreateTime when the first was.
	Revision               int64
	CreateTime, UpdateTime recordtime.Time
	// Corrected and Stale are those of the figure.
	Corrected, Stale bool
	ObsStatus        []string
	// BasePeriod is from when on it is a CHANGE, or from which period a transform counts.
	BasePeriod       *TimePeriod
	RoundingInterval *RoundingInterval

	// About is what many observations share. It is never nil for a stored one, and never changed: a query that needs another makes one.
	About *About

	// What only a query sets: the period that a gap was filled from, by which rate it was converted, from how many it was aggregated.
	FilledFrom      *TimePeriod
	Conversion      *Conversion
	AggregatedCount int
}

// Written is the numbers as they were written, in About.Unit × 10^About.UnitMult.
type Written struct {
	Value        *decimal.Decimal
	Values       []decimal.Decimal
	Lower, Upper *Bound
}

// About is what many observations of a series have in common.
type About struct {
	Source  Source
	Release *TimePeriod
	// Unit and UnitMult are those of Written.
	Unit            units.Unit
	UnitMult        int
	Decimals        *int
	ConfStatus      string
	Attributes      map[string]string
	Comment         string
	DocumentVersion string
	CountedObject   string
	Alternates      []Alternate
	// EmbargoEnd and Restricted are those of the figure.
	EmbargoEnd recordtime.Time
	Restricted bool
}

// Released is when the observation surely was out, for a reader who asks what was known at a time: when it was recorded, if it has no
// release or had begun to be released by then; else the end of its release, which may lie after the record. Nothing was out before its
// embargo ended.
func (o *Observation) Released() recordtime.Time {
	if o.About != nil && o.About.EmbargoEnd != 0 {
		return max(o.releasedByItself(), o.About.EmbargoEnd)
	}
	return o.releasedByItself()
}

func (o *Observation) releasedByItself() recordtime.Time {
	if o.About == nil || o.About.Release == nil || !o.About.Release.Dated() {
		return o.CreateTime
	}
	release := o.About.Release
	if o.CreateTime >= release.Start && !release.OpenStart {
		return min(o.CreateTime, release.End)
	}
	return release.End
}

// Observation returns the figure as a point of its series.
func (f Figure) Observation() Observation {
	return Observation{
		Figure: f.ID, Period: f.Period, Kind: f.Kind, Normalized: f.Normalized, Approximator: f.Approximator, Missing: f.Missing,
		Written:  Written{Value: f.Value, Values: f.Values, Lower: f.Lower, Upper: f.Upper},
		Revision: f.Revision, CreateTime: f.CreateTime, UpdateTime: f.UpdateTime, Corrected: f.Corrected, Stale: f.Stale,
		ObsStatus: f.ObsStatus, BasePeriod: f.BasePeriod, RoundingInterval: f.RoundingInterval, About: f.About(),
	}
}

// About returns what the figure may share with others of its series.
func (f Figure) About() *About {
	return &About{
		Source: SourceOf(f), Release: f.Release, Unit: f.Unit, UnitMult: f.UnitMult, Decimals: f.Decimals, ConfStatus: f.ConfStatus,
		Attributes: f.Attributes, Comment: f.Comment, DocumentVersion: f.DocumentVersion, CountedObject: f.CountedObject, Alternates: f.Alternates,
		EmbargoEnd: f.EmbargoEnd, Restricted: f.Restricted,
	}
}
