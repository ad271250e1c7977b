package domain

import (
	"slices"
	"strconv"
	"time"
)

// Facets are the fields that a search counts its matches by.
var Facets = []string{"speaker", "topics", "document", "statement_type", "language_code", "year"}

// FacetValues returns the values that a statement has for one of Facets, each
// once: those that a filter by the field finds it by; "" where it has none. Its
// year is that in which its time begins, or ends where the beginning is open.
func (s Statement) FacetValues(field string) []string {
	var values []string
	switch field {
	case "speaker":
		for _, speaker := range s.Speakers {
			values = append(values, speaker.Entity)
		}
	case "topics":
		values = append(values, s.Topics...)
	case "document":
		values = append(values, DocumentName(s.Document))
		for _, appearance := range s.Appearances {
			values = append(values, DocumentName(appearance.Document))
		}
	case "statement_type":
		values = append(values, s.Type)
	case "language_code":
		values = append(values, s.LanguageCode)
	case "year":
		values = append(values, s.Time.year())
	}
	slices.Sort(values)
	values = slices.Compact(values)
	if len(values) > 1 && values[0] == "" {
		values = values[1:]
	}
	if len(values) == 0 {
		values = []string{""}
	}
	return values
}

// year is the year in which a period begins, or ends if its beginning is open; ""
// without a date.
func (p Period) year() string {
	at := p.Start
	if !p.HasStart {
		at = p.End - 1
	}
	if !p.HasStart && !p.HasEnd {
		return ""
	}
	return strconv.Itoa(at.Time().In(time.UTC).Year())
}
