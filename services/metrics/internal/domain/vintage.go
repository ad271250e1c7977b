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

// ReleaseText names a release among those of its source: the EDTF text, "" if the source does not say.
func ReleaseText(release *TimePeriod) string {
	if release == nil {
		return ""
	}
	return release.EDTF
}

// ReleaseText names the release of a figure.
func (f *Figure) ReleaseText() string { return ReleaseText(f.Release) }

// Released is the time by which the vintage surely was out: the end of its release, else when it was recorded.
func (v *Vintage) Released() recordtime.Time {
	if v.Release != nil && v.Release.Dated() {
		return v.Release.End
	}
	return v.RecordTime
}
