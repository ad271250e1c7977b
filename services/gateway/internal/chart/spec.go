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
	// About says that the source hedges the number: its label in short says so too.
	About bool
	// Track is the source that the number comes from: a line joins only numbers of
	// one source.
	Track string
	// Group is the place of its line in Spec.Groups: its colour and shape.
	Group int
	// Provisional, Corrected, Stale and Filled are said by the shape of the mark and
	// by the key: its publisher calls it provisional; it was corrected since it was
	// first recorded; what it was computed from has changed; it is another period's,
	// put here to fill a gap. A line does not pass through what is filled.
	Provisional, Corrected, Stale, Filled bool
	// Tag, such as "A", says that the mark stands beside the lines: it is joined to
	// none, has a shape of its own over them with the tag at it, and its Title is in the
	// key and in the description.
	Tag string
	// Label is written beside the mark where there is room. One that is long gives way to
	// the number in short, as the axis has it.
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
	// Notes are printed below it too: what a reader must know of the numbers, such as
	// how they were converted.
	Notes []string
	// Groups names the lines, such as series or sources; at most MaxGroups. Marks of
	// one colour need no name. One that is empty has no line here: it keeps the colours
	// of the others what they are in the drawings beside this.
	Groups []string
	// Breaks are the times at which the series breaks. The key names the first few; all
	// are for the description.
	Breaks []Break
	// Standalone makes a file of its own: with size and style sheet, for light and
	// dark. Without it the page's style sheet is meant.
	Standalone bool
	// Unit is the unit of all values, such as "US$" or "m".
	Unit string
	// Joined says that the marks are one series of regular periods, so that a
	// line between adjacent ones means something.
	Joined bool
	// Marks in time order.
	Marks []Mark
	// Room are marks that are not drawn, but for which the axes have room, such as those
	// of a drawing that this one takes the place of.
	Room []Mark
	// Width and Height of the drawing, at least 240 × 160. It grows higher where notes
	// and key would leave less than half of that for the plot.
	Width, Height float64
}

// Break is a time from which figures are not comparable with those before.
type Break struct {
	At time.Time
	// Title says what changed.
	Title string
}

// MaxGroups is how many lines can be told apart in one drawing.
const MaxGroups = 6

// SpecError says why a drawing cannot be made.
type SpecError struct{ Problem string }

// Error implements error.
func (e *SpecError) Error() string { return "chart: " + e.Problem }

const (
	minWidth, minHeight = 240, 160
	// maxMarks is what an index in two bytes of a colour can tell apart, without the
	// last few, which the key has for its groups.
	maxMarks = keyIndex - 1
)

func (s *Spec) check() error {
	switch {
	case len(s.Marks) == 0:
		return &SpecError{"nothing to draw"}
	case len(s.Marks) > maxMarks:
		return &SpecError{"more than 65,519 marks"}
	case len(s.Groups) > MaxGroups:
		return &SpecError{"more than six lines"}
	case s.Width < minWidth || s.Height < minHeight:
		return &SpecError{"less than 240 by 160 pixels"}
	}
	return nil
}
