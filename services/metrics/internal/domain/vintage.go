package domain

import "github.com/onrecord/onrecord/services/platform/recordtime"

// Vintage is what one source put out of a metric at one time.
type Vintage struct {
	Source Source
	// Release is when; nil if the source does not say.
	Release *TimePeriod
	// RecordTime is when the first figure of it was recorded.
	RecordTime recordtime.Time
}

// ReleaseText names the release of a figure among those of its source: the EDTF text, "" if the source does not say.
func (f *Figure) ReleaseText() string {
	if f.Release == nil {
		return ""
	}
	return f.Release.EDTF
}

// Released is the time by which the vintage surely was out: the end of its release, else when it was recorded.
func (v *Vintage) Released() recordtime.Time {
	if v.Release != nil && v.Release.Dated() {
		return v.Release.End
	}
	return v.RecordTime
}
