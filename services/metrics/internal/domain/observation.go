package domain

// Observation is a figure as a point of its series, multiplied out.
type Observation struct {
	Figure          string // id
	Period          TimePeriod
	Kind            ValueKind
	Normalized      Normalized
	Approximator    Approximator
	Missing         string
	DocumentVersion string
}

// Observation returns the figure as a point of its series.
func (f Figure) Observation() Observation {
	return Observation{
		Figure: f.ID, Period: f.Period, Kind: f.Kind, Normalized: f.Normalized,
		Approximator: f.Approximator, Missing: f.Missing, DocumentVersion: f.DocumentVersion,
	}
}
