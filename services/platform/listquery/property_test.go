package listquery_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// filter is a filter text and what it means, in plain Go.
type filter struct {
	text    string
	matches func(row) bool
}

func micros(t must.TB, text string) int64 {
	return must.Get(time.Parse(time.RFC3339Nano, text))(t).UnixMicro()
}

var orders = []string{"=", "!=", "<", "<=", ">", ">="}

func holds(op string, c int) bool {
	return map[string]bool{"=": c == 0, "!=": c != 0, "<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[op]
}

// drawComparison draws one comparison of any kind.
func drawComparison(t *rapid.T) filter {
	ordered := rapid.SampledFrom(orders).Draw(t, "op")
	equality := rapid.SampledFrom(orders[:2]).Draw(t, "equality")
	title := rapid.SampledFrom(titles).Draw(t, "text")
	switch rapid.IntRange(0, 12).Draw(t, "kind") {
	case 0:
		return filter{"title " + equality + " " + quote(title), func(r row) bool {
			return r.title != nil && (*r.title == title) == (equality == "=")
		}}
	case 1:
		return filter{"title:" + quote("b"+title), func(r row) bool {
			return r.title != nil && strings.Contains(*r.title, "b"+title)
		}}
	case 2:
		n := rapid.SampledFrom(counts).Draw(t, "n")
		return filter{fmt.Sprintf("count%s%d", ordered, n), func(r row) bool {
			return r.count != nil && holds(ordered, cmp.Compare(*r.count, n))
		}}
	case 3:
		b := rapid.Bool().Draw(t, "b")
		return filter{"withheld " + equality + " " + strconv.FormatBool(b), func(r row) bool {
			return r.withheld != nil && (*r.withheld == b) == (equality == "=")
		}}
	case 4:
		name := rapid.SampledFrom(types[1:]).Draw(t, "name")
		return filter{"type " + equality + " " + name, func(r row) bool {
			return r.typ != "" && (r.typ == name) == (equality == "=")
		}}
	case 5:
		text := rapid.SampledFrom(decimals).Draw(t, "decimal")
		value := must.Get(decimal.Parse(text))(t)
		return filter{"normalized.value " + ordered + quote(text), func(r row) bool {
			return r.value != nil && holds(ordered, r.value.Cmp(value))
		}}
	case 6:
		text := rapid.SampledFrom(times).Draw(t, "time")
		at := micros(t, text)
		return filter{"create_time" + ordered + " '" + text + "'", func(r row) bool {
			return r.created != nil && holds(ordered, cmp.Compare(*r.created, at))
		}}
	case 7, 8:
		return drawPeriod(t, ordered)
	case 9:
		key, code := rapid.SampledFrom(keys).Draw(t, "key"), rapid.SampledFrom(codes3).Draw(t, "code")
		return filter{"dimensions." + key + " " + equality + " " + quote(code), func(r row) bool {
			has, ok := r.dimensions[key]
			return ok && (has == code) == (equality == "=")
		}}
	case 10:
		key := rapid.SampledFrom(keys[:2]).Draw(t, "key")
		return filter{"dimensions:" + key, func(r row) bool { _, ok := r.dimensions[key]; return ok }}
	case 11:
		op := rapid.SampledFrom([]string{":", "=", "!="}).Draw(t, "has")
		return filter{"tags" + op + quote(title), func(r row) bool {
			return len(r.tags) > 0 && slices.Contains(r.tags, title) == (op != "!=")
		}}
	default:
		return drawSet(t)
	}
}

func drawPeriod(t *rapid.T, op string) filter {
	text := rapid.SampledFrom(periods).Draw(t, "period")
	value := must.Get(edtf.Parse(text))(t)
	return filter{"period " + op + " " + quote(text), func(r row) bool {
		if r.period == nil {
			return false
		}
		before, after := r.period.Before(value), r.period.After(value)
		return map[string]bool{
			"=": r.period.Overlaps(value), "!=": !r.period.Overlaps(value),
			"<": before, ">=": !before, ">": after, "<=": !after,
		}[op]
	}}
}

func drawSet(t *rapid.T) filter {
	set := map[string]func(row) bool{
		"title": func(r row) bool { return r.title != nil }, "count": func(r row) bool { return r.count != nil },
		"withheld": func(r row) bool { return r.withheld != nil }, "type": func(r row) bool { return r.typ != "" },
		"normalized.value": func(r row) bool { return r.value != nil }, "create_time": func(r row) bool { return r.created != nil },
		"period": func(r row) bool { return r.period != nil }, "dimensions": func(r row) bool { return len(r.dimensions) > 0 },
		"tags":                func(r row) bool { return len(r.tags) > 0 },
		"dimensions.REF_AREA": func(r row) bool { _, ok := r.dimensions["REF_AREA"]; return ok },
	}
	field := rapid.SampledFrom(slices.Sorted(mapKeys(set))).Draw(t, "field")
	return filter{field + ":*", set[field]}
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// drawFilter draws a tree. Every operand is put in parentheses, so the meaning
// does not hang on precedence, which TestPrecedence covers.
func drawFilter(t *rapid.T, depth int) filter {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
		return drawComparison(t)
	}
	left := drawFilter(t, depth-1)
	switch form := rapid.SampledFrom([]string{"NOT ", "-", "NOT", " AND ", " ", " OR "}).Draw(t, "form"); form {
	case "NOT ", "-", "NOT":
		return filter{form + "( " + left.text + " )", func(r row) bool { return !left.matches(r) }}
	default:
		right := drawFilter(t, depth-1)
		return filter{"(" + left.text + ")" + form + "(" + right.text + ")", func(r row) bool {
			if form == " OR " {
				return left.matches(r) || right.matches(r)
			}
			return left.matches(r) && right.matches(r)
		}}
	}
}

func drawRows(t *rapid.T) []row {
	rows := make([]row, rapid.IntRange(1, 12).Draw(t, "rows"))
	for i := range rows {
		rows[i] = drawRow(t, fmt.Sprintf("id%02d", i))
	}
	return rows
}

// TestSQLMeansWhatTheFilterMeans compares SQLite's answer with plain Go, unset
// values and NOT included.
func TestSQLMeansWhatTheFilterMeans(t *testing.T) {
	conn := openTables(t)
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		store(t, conn, rows)
		for range 4 {
			f := drawFilter(t, 3)
			expr, err := listquery.ParseFilter(schema, f.text)
			if err != nil {
				t.Fatalf("%s: %v", f.text, err)
			}
			where, args, err := listquery.SQL(expr, columns)
			must.OK(t, err)
			var want []string
			for _, r := range rows {
				if f.matches(r) {
					want = append(want, r.id)
				}
			}
			got := ids(t, conn, "SELECT id FROM r WHERE "+where+" ORDER BY id", args...)
			if !slices.Equal(got, want) {
				t.Fatalf("filter %s\nSQL %s %v\ngot %v\nwant %v", f.text, where, args, got, want)
			}
		}
	})
}

// TestPagesAreTheWholeList walks pages of any size in any order and compares
// with a sort in Go.
func TestPagesAreTheWholeList(t *testing.T) {
	conn := openTables(t)
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		store(t, conn, rows)
		var terms []string
		for _, field := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"title", "count", "period", "id"}), 0, 4, rapid.ID[string]).Draw(t, "fields") {
			terms = append(terms, field+rapid.SampledFrom([]string{"", " asc", " desc"}).Draw(t, "direction"))
		}
		order := must.Get(listquery.ParseOrder(schema, strings.Join(terms, ",")))(t)
		slices.SortFunc(rows, func(a, b row) int { return compareRows(order, a, b) })
		var want []string
		for _, r := range rows {
			want = append(want, r.id)
		}

		byID := make(map[string]row)
		for _, r := range rows {
			byID[r.id] = r
		}
		size := rapid.IntRange(1, 5).Draw(t, "page size")
		var got []string
		var after []any
		for {
			condition, args, err := listquery.After(order, after, columns)
			must.OK(t, err)
			if condition == "" {
				condition = "TRUE"
			}
			orderBy := must.Get(listquery.OrderSQL(order, columns))(t)
			page := ids(t, conn, "SELECT id FROM r WHERE "+condition+" ORDER BY "+orderBy+" LIMIT "+strconv.Itoa(size), args...)
			got = append(got, page...)
			if len(page) < size {
				break
			}
			after = sortKeys(order, byID[page[len(page)-1]])
		}
		must.Equal(t, got, want)
	})
}

func sortKeys(order listquery.Order, r row) (keys []any) {
	for _, field := range order {
		var key any
		switch field.Field {
		case "title":
			key = ""
			if r.title != nil {
				key = *r.title
			}
		case "count":
			key = int64(math.MinInt64)
			if r.count != nil {
				key = *r.count
			}
		case "period":
			key = int64(math.MinInt64)
			if r.period != nil {
				key = r.period.Start.UnixMicro()
			}
		default:
			key = r.id
		}
		keys = append(keys, key)
	}
	return keys
}

func compareRows(order listquery.Order, a, b row) int {
	left, right := sortKeys(order, a), sortKeys(order, b)
	for i, field := range order {
		var c int
		switch l := left[i].(type) {
		case string:
			c = strings.Compare(l, right[i].(string))
		case int64:
			c = cmp.Compare(l, right[i].(int64))
		}
		if field.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
