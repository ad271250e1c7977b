package chart

import "time"

// Kind says how a mark is drawn.
type Kind uint8

const (
	// Point is one number: a dot, which a line may join to its neighbours.
	Point Kind = iota
	// Listed is one of several numbers of one figure: a ring, never joined.
	Listed
	// Range is a band between two bounds.
	Range
	// LowerBound is a band from a bound upwards, without an end.
	LowerBound
	// UpperBound is a band from a bound downwards, without an end.
	UpperBound
)

// Mark is one figure, or one number of a figure that lists several.
type Mark struct {
	// Start and End are the period that the figure is about, [Start, End).
	Start, End time.Time
	// Kind says which of the numbers below are read.
	Kind Kind
	// Value is the exact decimal of a Point or Listed.
	Value string
	// Lower and Upper are the exact decimals of bounds.
	Lower, Upper string
	// LowerOpen and UpperOpen say that the bound itself is excluded; it is then
	// drawn as a broken line.
	LowerOpen, UpperOpen bool
	// Track is the source that the number comes from: a line joins only numbers of
	// one source.
	Track string
	// Label is written beside the mark where there is room.
	Label string
	// Title is shown to whoever points at the mark: period and exact value.
	Title string
	// Href is where the mark leads; none if empty.
	Href string
}

// Spec is a drawing to be made. Width and Height are in CSS pixels at full size.
type Spec struct {
	// ID makes the ids in the SVG unique on the page: letters, digits, hyphens.
	ID string
	// Title and Description are for readers who do not see the drawing.
	Title, Description string
	// Source is printed below the drawing: whose figures these are.
	Source string
	// Unit is the unit of all values, such as "US$" or "m".
	Unit string
	// Joined says that the marks are one series of regular periods, so that a
	// line between adjacent ones means something.
	Joined bool
	// Marks in time order.
	Marks []Mark
	// Width and Height of the drawing, at least 240 × 160.
	Width, Height float64
}

// SpecError says why a drawing cannot be made.
type SpecError struct{ Problem string }

// Error implements error.
func (e *SpecError) Error() string { return "chart: " + e.Problem }

const (
	minWidth, minHeight = 240, 160
	// maxMarks is what an index in two bytes of a colour can tell apart.
	maxMarks = 1 << 16
)

func (s *Spec) check() error {
	switch {
	case len(s.Marks) == 0:
		return &SpecError{"nothing to draw"}
	case len(s.Marks) > maxMarks:
		return &SpecError{"more than 65,536 marks"}
	case s.Width < minWidth || s.Height < minHeight:
		return &SpecError{"less than 240 by 160 pixels"}
	}
	return nil
}
