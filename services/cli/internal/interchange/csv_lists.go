package interchange

import (
	"strconv"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// speakerColumn is one field of all speakers.
type speakerColumn struct {
	name string
	get  func(*statementsv1.Speaker) string
	set  func(*statementsv1.Speaker, string) bool
}

var speakerColumns = []speakerColumn{
	{"speakers", (*statementsv1.Speaker).GetEntity, func(s *statementsv1.Speaker, value string) bool { s.Entity = value; return true }},
	{"attribution_texts", (*statementsv1.Speaker).GetAttributionText, func(s *statementsv1.Speaker, value string) bool { s.AttributionText = value; return true }},
	{"roles", (*statementsv1.Speaker).GetRole, func(s *statementsv1.Speaker, value string) bool { s.Role = value; return true }},
	{"affiliations", (*statementsv1.Speaker).GetAffiliation, func(s *statementsv1.Speaker, value string) bool { s.Affiliation = value; return true }},
	{"speaker_value_types", func(s *statementsv1.Speaker) string {
		return enumCell(int32(s.GetValueType()), statementsv1.Speaker_ValueType_name)
	},
		func(s *statementsv1.Speaker, value string) bool {
			number, known := statementsv1.Speaker_ValueType_value[value]
			s.ValueType = statementsv1.Speaker_ValueType(number)
			return known || value == ""
		}},
	{"source_types", func(s *statementsv1.Speaker) string {
		return enumCell(int32(s.GetSourceType()), statementsv1.Speaker_SourceType_name)
	},
		func(s *statementsv1.Speaker, value string) bool {
			number, known := statementsv1.Speaker_SourceType_value[value]
			s.SourceType = statementsv1.Speaker_SourceType(number)
			return known || value == ""
		}},
	{"anonymity_reasons", (*statementsv1.Speaker).GetAnonymityReason, func(s *statementsv1.Speaker, value string) bool { s.AnonymityReason = value; return true }},
}

// enumCell is an enum by its name, "" if it is not set.
func enumCell(number int32, names map[int32]string) string {
	if number == 0 {
		return ""
	}
	return names[number]
}

func (c speakerColumn) column() column {
	return column{name: c.name,
		get: func(s *statementsv1.Statement) string {
			values := make([]string, len(s.GetSpeakers()))
			empty := true
			for i, speaker := range s.GetSpeakers() {
				values[i] = c.get(speaker)
				empty = empty && values[i] == ""
			}
			if empty {
				return ""
			}
			return joinCell(values)
		},
		set: func(s *statementsv1.Statement, cell string) error {
			values, err := splitCell(cell)
			if err != nil {
				return err
			}
			if len(s.GetSpeakers()) == 0 {
				s.Speakers = make([]*statementsv1.Speaker, len(values))
				for i := range s.Speakers {
					s.Speakers[i] = &statementsv1.Speaker{}
				}
			}
			if len(values) != len(s.GetSpeakers()) {
				return malformed(c.name, "it has %d values, and there are %d speakers", len(values), len(s.GetSpeakers()))
			}
			for i, speaker := range s.GetSpeakers() {
				if !c.set(speaker, values[i]) {
					return malformed(c.name, "%q is not one of its values", values[i])
				}
			}
			return nil
		},
	}
}

// spanGroup are the columns of one kind of span.
type spanGroup struct {
	prefix string
	get    func(*statementsv1.Statement) []*typev1.TextSpan
	set    func(*statementsv1.Statement, []*typev1.TextSpan)
	// one says that there is at most one.
	one bool
}

var spanGroups = []spanGroup{
	{prefix: "content", get: (*statementsv1.Statement).GetContents, set: func(s *statementsv1.Statement, spans []*typev1.TextSpan) { s.Contents = spans }},
	{prefix: "cue", one: true,
		get: func(s *statementsv1.Statement) []*typev1.TextSpan {
			if s.GetCue() == nil {
				return nil
			}
			return []*typev1.TextSpan{s.GetCue()}
		},
		set: func(s *statementsv1.Statement, spans []*typev1.TextSpan) { s.Cue = spans[0] }},
	{prefix: "mention", get: (*statementsv1.Statement).GetSourceMentions, set: func(s *statementsv1.Statement, spans []*typev1.TextSpan) { s.SourceMentions = spans }},
}

// spanColumn is one field of the spans of a group.
type spanColumn struct {
	name string
	get  func(*typev1.TextSpan) string
	set  func(*typev1.TextSpan, string) bool
}

var spanColumns = []spanColumn{
	{"start", func(s *typev1.TextSpan) string { return strconv.Itoa(int(s.GetStart())) }, func(s *typev1.TextSpan, value string) bool {
		start, ok := offset(value)
		s.Start = &start
		return ok
	}},
	{"end", func(s *typev1.TextSpan) string { return strconv.Itoa(int(s.GetEnd())) }, func(s *typev1.TextSpan, value string) (ok bool) {
		s.End, ok = offset(value)
		return ok
	}},
	{"exact", (*typev1.TextSpan).GetExact, func(s *typev1.TextSpan, value string) bool { s.Exact = value; return true }},
	{"prefix", (*typev1.TextSpan).GetPrefix, func(s *typev1.TextSpan, value string) bool { s.Prefix = value; return true }},
	{"suffix", (*typev1.TextSpan).GetSuffix, func(s *typev1.TextSpan, value string) bool { s.Suffix = value; return true }},
	{"sha256", func(s *typev1.TextSpan) string {
		if s.GetExact() != "" {
			return ""
		}
		return s.GetExactSha256()
	}, func(s *typev1.TextSpan, value string) bool { s.ExactSha256 = value; return true }},
}

func offset(value string) (int32, bool) {
	number, err := strconv.ParseInt(value, 10, 32)
	return int32(number), err == nil
}

func (g spanGroup) columns() []column {
	all := make([]column, len(spanColumns))
	for i, field := range spanColumns {
		name := g.prefix + "_" + field.name
		all[i] = column{name: name,
			get: func(s *statementsv1.Statement) string {
				values, empty := []string(nil), true
				for _, span := range g.get(s) {
					values = append(values, field.get(span))
					empty = empty && field.get(span) == ""
				}
				if empty {
					return ""
				}
				return joinCell(values)
			},
			set: func(s *statementsv1.Statement, cell string) error { return g.setAll(s, name, field, cell) },
		}
	}
	return all
}

func (g spanGroup) setAll(s *statementsv1.Statement, name string, field spanColumn, cell string) error {
	values, err := splitCell(cell)
	if err != nil {
		return err
	}
	if g.one && len(values) > 1 {
		return malformed(name, "there is at most one")
	}
	spans := g.get(s)
	if len(spans) == 0 {
		spans = make([]*typev1.TextSpan, len(values))
		for i := range spans {
			spans[i] = &typev1.TextSpan{}
		}
		g.set(s, spans)
	}
	if len(values) != len(spans) {
		return malformed(name, "it has %d values, and there are %d spans", len(values), len(spans))
	}
	for i, span := range spans {
		if !field.set(span, values[i]) {
			return malformed(name, "%q is no offset", values[i])
		}
	}
	return nil
}
