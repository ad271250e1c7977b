package interchange

import (
	"strconv"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// list are the elements of a statement that have columns: one for each of their fields, with a
// value of each element in its cell.
type list[E any] struct {
	// prefix begins the names of the columns.
	prefix string
	// called is what people call the elements, and one says that there is at most one.
	called string
	one    bool
	get    func(*statementsv1.Statement) []*E
	set    func(*statementsv1.Statement, []*E)
	fields []field[E]
}

func (l list[E]) columns() []column {
	all := make([]column, len(l.fields))
	for i, field := range l.fields {
		all[i] = column{l.prefix + field.name,
			func(s *statementsv1.Statement) string { return l.cell(s, field) },
			func(s *statementsv1.Statement, cell string) error { return l.take(s, field, cell) },
		}
	}
	return all
}

// cell is a field of all elements; it is empty if no element says anything there.
func (l list[E]) cell(s *statementsv1.Statement, field field[E]) string {
	var values []string
	said := false
	for _, element := range l.get(s) {
		value := field.get(element)
		values, said = append(values, value), said || value != ""
	}
	if !said {
		return ""
	}
	return joinCell(values)
}

// take sets a field of all elements, which the first cell makes.
func (l list[E]) take(s *statementsv1.Statement, field field[E], cell string) error {
	values, err := splitCell(cell)
	if err != nil {
		return err
	}
	if l.one && len(values) > 1 {
		return malformed("", "there is at most one")
	}
	elements := l.get(s)
	if len(elements) == 0 {
		for range values {
			elements = append(elements, new(E))
		}
		l.set(s, elements)
	}
	if len(values) != len(elements) {
		return malformed("", "it has %d values, and there are %d %s", len(values), len(elements), l.called)
	}
	for i, element := range elements {
		if err := field.set(element, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// notOfThem is what a text is that is none of an enum of a speaker.
const notOfThem = "not one of its values"

var speakers = list[statementsv1.Speaker]{
	called: "speakers",
	get:    (*statementsv1.Statement).GetSpeakers,
	set:    func(s *statementsv1.Statement, all []*statementsv1.Speaker) { s.Speakers = all },
	fields: []field[statementsv1.Speaker]{
		textField("speakers", func(s *statementsv1.Speaker) *string { return &s.Entity }),
		textField("attribution_texts", func(s *statementsv1.Speaker) *string { return &s.AttributionText }),
		textField("roles", func(s *statementsv1.Speaker) *string { return &s.Role }),
		textField("affiliations", func(s *statementsv1.Speaker) *string { return &s.Affiliation }),
		enumField("speaker_value_types", notOfThem, func(s *statementsv1.Speaker) *statementsv1.Speaker_ValueType { return &s.ValueType }),
		enumField("source_types", notOfThem, func(s *statementsv1.Speaker) *statementsv1.Speaker_SourceType { return &s.SourceType }),
		textField("anonymity_reasons", func(s *statementsv1.Speaker) *string { return &s.AnonymityReason }),
	},
}

// spans are those of one kind.
func spans(kind string, get func(*statementsv1.Statement) []*typev1.TextSpan, set func(*statementsv1.Statement, []*typev1.TextSpan)) list[typev1.TextSpan] {
	return list[typev1.TextSpan]{prefix: kind + "_", called: "spans", one: kind == cueSpan, get: get, set: set, fields: spanFields}
}

// cueSpan is the kind of which there is one.
const cueSpan = "cue"

var (
	contents = spans("content", (*statementsv1.Statement).GetContents, func(s *statementsv1.Statement, all []*typev1.TextSpan) { s.Contents = all })
	cue      = spans(cueSpan, cueOf, func(s *statementsv1.Statement, all []*typev1.TextSpan) { s.Cue = all[0] })
	mentions = spans("mention", (*statementsv1.Statement).GetSourceMentions, func(s *statementsv1.Statement, all []*typev1.TextSpan) { s.SourceMentions = all })
)

func cueOf(s *statementsv1.Statement) []*typev1.TextSpan {
	if s.GetCue() == nil {
		return nil
	}
	return []*typev1.TextSpan{s.GetCue()}
}

var spanFields = []field[typev1.TextSpan]{
	{"start",
		func(s *typev1.TextSpan) string { return strconv.Itoa(int(s.GetStart())) },
		func(s *typev1.TextSpan, value string) (err error) {
			s.Start = new(int32)
			*s.Start, err = offset(value)
			return err
		}},
	{"end",
		func(s *typev1.TextSpan) string { return strconv.Itoa(int(s.GetEnd())) },
		func(s *typev1.TextSpan, value string) (err error) {
			s.End, err = offset(value)
			return err
		}},
	textField("exact", func(s *typev1.TextSpan) *string { return &s.Exact }),
	textField("prefix", func(s *typev1.TextSpan) *string { return &s.Prefix }),
	textField("suffix", func(s *typev1.TextSpan) *string { return &s.Suffix }),
	{"sha256",
		func(s *typev1.TextSpan) string {
			if s.GetExact() != "" {
				return ""
			}
			return s.GetExactSha256()
		},
		func(s *typev1.TextSpan, value string) error { s.ExactSha256 = value; return nil }},
}

func offset(value string) (int32, error) {
	number, err := strconv.ParseInt(value, 10, 32)
	if err != nil {
		return 0, malformed("", "%q is no offset", value)
	}
	return int32(number), nil
}
