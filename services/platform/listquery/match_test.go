package listquery_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// operand is the value of a field of a row.
func (r row) operand(field string) (o listquery.Operand) {
	switch field {
	case "title":
		if o.Set = r.title != nil; o.Set {
			o.Text = *r.title
		}
	case "count":
		if o.Set = r.count != nil; o.Set {
			o.Int = *r.count
		}
	case "withheld":
		if o.Set = r.withheld != nil; o.Set {
			o.Bool = *r.withheld
		}
	case "type":
		o.Set, o.Text = r.typ != "", r.typ
	case "normalized.value":
		if o.Set = r.value != nil; o.Set {
			o.Text = r.value.SortKey()
		}
	case "create_time":
		if o.Set = r.created != nil; o.Set {
			o.Time = recordtime.Time(*r.created)
		}
	case "period":
		if o.Set = r.period != nil; o.Set {
			o.Time, o.End = recordtime.FromTime(r.period.Start), recordtime.FromTime(r.period.End)
		}
	case "dimensions":
		o.Map = r.dimensions
	case "tags":
		o.List = r.tags
	}
	return o
}

// TestMatchMeansWhatTheFilterMeans: in Go as in SQL. What is known of some fields only is never wrong.
func TestMatchMeansWhatTheFilterMeans(t *testing.T) {
	must.Equal(t, listquery.Match(nil, row{}.operand), listquery.Yes)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFilter(t, 3)
		expr, err := listquery.ParseFilter(schema, f.text)
		must.OK(t, err)
		for _, r := range drawRows(t) {
			want := listquery.No
			if f.matches(r) {
				want = listquery.Yes
			}
			must.Equal(t, listquery.Match(expr, r.operand), want)
			hidden := rapid.SampledFrom(schema.Fields).Draw(t, "hidden").Name
			guess := listquery.Match(expr, func(field string) listquery.Operand {
				if field == hidden {
					return listquery.Operand{Unknown: true}
				}
				return r.operand(field)
			})
			must.True(t, guess == listquery.Maybe || guess == want)
		}
	})
}
