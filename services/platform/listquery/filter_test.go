package listquery_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func parse(t must.TB, text string) listquery.Expr {
	return must.Get(listquery.ParseFilter(schema, text))(t)
}

func TestEmptyFilter(t *testing.T) {
	for _, text := range []string{"", " ", "\n\t "} {
		expr := parse(t, text)
		must.True(t, expr == nil)
		where, args, err := listquery.SQL(expr, columns)
		must.OK(t, err)
		must.Equal(t, where, "")
		must.Equal(t, len(args), 0)
	}
}

func title(value string) listquery.Compare {
	return listquery.Compare{Field: "title", Kind: listquery.String, Op: listquery.OpEq, Value: listquery.Value{Text: value}}
}

func TestPrecedence(t *testing.T) {
	a, b, c, d := title("a"), title("b"), title("c"), title("d")
	for text, want := range map[string]listquery.Expr{
		`title=a OR title=b AND title=c`:        listquery.And{Left: listquery.Or{Left: a, Right: b}, Right: c},
		`title=a title=b OR title=c`:            listquery.And{Left: a, Right: listquery.Or{Left: b, Right: c}},
		`title=a title=b AND title=c title=d`:   listquery.And{Left: listquery.And{Left: a, Right: b}, Right: listquery.And{Left: c, Right: d}},
		`NOT title=a OR title=b`:                listquery.Or{Left: listquery.Not{Operand: a}, Right: b},
		`-title=a title=b`:                      listquery.And{Left: listquery.Not{Operand: a}, Right: b},
		`(title=a AND title=b)OR(title=c)`:      listquery.Or{Left: listquery.And{Left: a, Right: b}, Right: c},
		`NOT(title=a)`:                          listquery.Not{Operand: a},
		` ( title = a  ) `:                      a,
		`title='a'`:                             a,
		`title : "a"`:                           listquery.Compare{Field: "title", Kind: listquery.String, Op: listquery.OpHas, Value: listquery.Value{Text: "a"}},
		"title = a\nAND\ttitle\n=\n\"\\u0062\"": listquery.And{Left: a, Right: b},
		`dimensions."a.b" = "x"`:                listquery.Compare{Field: "dimensions", Kind: listquery.StringMap, Key: "a.b", Op: listquery.OpEq, Value: listquery.Value{Text: "x"}},
		`count = -3`:                            listquery.Compare{Field: "count", Kind: listquery.Int, Op: listquery.OpEq, Value: listquery.Value{Int: -3}},
		`count >= "12"`:                         listquery.Compare{Field: "count", Kind: listquery.Int, Op: listquery.OpGe, Value: listquery.Value{Int: 12}},
		`title:"*"`:                             listquery.Compare{Field: "title", Kind: listquery.String, Op: listquery.OpHas, Value: listquery.Value{Text: "*"}},
		`title:*`:                               listquery.Compare{Field: "title", Kind: listquery.String, Op: listquery.OpSet},
	} {
		t.Run(text, func(t *testing.T) { must.Equal(t, parse(t, text), want) })
	}
}

func TestWalkVisitsEveryComparison(t *testing.T) {
	var fields []string
	listquery.Walk(parse(t, `(title=a OR NOT count=1) tags:"x"`), func(c listquery.Compare) { fields = append(fields, c.Field) })
	must.Equal(t, fields, []string{"title", "count", "tags"})
}

func TestRefusedFilters(t *testing.T) {
	for reason, texts := range map[string][]string{
		"FILTER_MALFORMED": {
			`title =`, `title = "a`, `(title = a`, `title = a)`, `title = a AND`, `AND title = a`, `title = a OR`, `NOT`, `= a`, `1 = 1`,
			`"title" = a`, `title == a`, `title = a, count = 1`, `title ! a`, `count = 1title = a`, `title = a.`, "title = \"\xff\"",
			`title = "\q"`, `title = "\ud800"`, `-1 = 1`, `count = 1AND title = a`,
		},
		"FILTER_BARE_WORD":     {`wall`, `"border wall"`, `title = a wall`, `NOT wall`, `1`, `title`, `a.b`, `title = a AND (b)`},
		"FILTER_FUNCTION":      {`f(a)`, `timestamp("x") > create_time`, `title = f(a)`, `title.f(a)`, `FUZZY((title=a),(title=b))`},
		"UNKNOWN_FILTER_FIELD": {`titel = a`, `normalized = "1"`, `normalized.value.x = "1"`, `dimensions.a.b = "x"`, `createTime > "2024-05-01T00:00:00Z"`, `title.x = a`, `id = a`},
		"FILTER_OPERATOR_INVALID": {
			`title < a`, `type > DIRECT`, `withheld < true`, `tags < "x"`, `dimensions = "x"`, `dimensions.REF_AREA : "US"`,
			`count : 1`, `period : "2023"`, `dimensions.REF_AREA < "US"`,
		},
		"FILTER_VALUE_INVALID": {
			`type = direct`, `type = OTHER`, `type = 1`, `withheld = 1`, `withheld = "true"`, `withheld = TRUE`,
			`count = 1.5`, `count = a`, `count = "1.0"`, `count = 9223372036854775808`, `count = "9223372036854775808"`, `count = 010`, `count = 0x10`, `count = -07`,
			`normalized.value = 1`, `normalized.value = 1.5`, `normalized.value > "1,5"`, `normalized.value > "NaN"`, `normalized.value > "` + strings.Repeat("9", 39) + `"`, `normalized.value > "1e401"`,
			`create_time > "2024-05-01"`, `create_time > 2024`, `create_time > "2024-05-01T00:00:00"`, `create_time > "2024-05-01T00:00:00.0000001Z"`,
			`period = 2023`, `period = "last year"`, `period = "2023-13"`, `period = ""`,
			`title = 1`, `title = a.b`, `title = (a OR b)`, `title = *`, `title = a*`, `title = "a\x00b"`, `title:""`, `tags:(a b)`, `title = documents/a`,
			`dimensions:1`, `dimensions:""`,
		},
		"FILTER_TOO_LONG":    {strings.Repeat(" ", listquery.MaxFilterLength+1), `title = "` + strings.Repeat("é", listquery.MaxFilterLength-9) + `"`},
		"FILTER_TOO_DEEP":    {strings.Repeat("(", 17) + "title=a" + strings.Repeat(")", 17), strings.Repeat("(", 4000), `title = ` + strings.Repeat("NOT(", 17)},
		"FILTER_TOO_COMPLEX": {strings.Repeat("title=a ", 51), strings.Repeat("title=a OR ", 50) + "title=a"},
	} {
		for _, text := range texts {
			t.Run(reason+"/"+text[:min(len(text), 40)], func(t *testing.T) {
				_, err := listquery.ParseFilter(schema, text)
				statustest.Check(t, err, codes.InvalidArgument, reason, "filter")
			})
		}
	}
}

func TestFilterAtTheLimits(t *testing.T) {
	parse(t, `title = "`+strings.Repeat("é", listquery.MaxFilterLength-10)+`"`)
	parse(t, strings.Repeat("(", 16)+"title=a"+strings.Repeat(")", 16))
	parse(t, strings.Repeat("title=a ", 50))
}

func TestErrorsSayWhatWouldBeRight(t *testing.T) {
	for text, part := range map[string]string{
		`titel = a`:            "count, create_time, dimensions, normalized.value, period, tags, title, type, withheld",
		`type = OTHER`:         "DIRECT, INDIRECT",
		`border wall`:          ":search",
		`title < a`:            "only = != : :*",
		`title = a) AND b = c`: `) AND b=c`,
		`normalized.value > 1`: `normalized.value > "1e9"`,
	} {
		_, err := listquery.ParseFilter(schema, text)
		must.Err(t, err)
		must.Contains(t, err.Error(), part)
	}
}

func TestNormalize(t *testing.T) {
	names := listquery.Schema{ID: "id", Fields: []listquery.Field{{
		Name: "document", Kind: listquery.String, Ops: []listquery.Op{listquery.OpEq},
		Normalize: func(text string) (string, error) {
			id, ok := strings.CutPrefix(text, "documents/")
			switch {
			case text == "documents/gone":
				return "", errs.New(errs.InvalidArgument, "X", "it is gone")
			case !ok:
				return "", errors.New("a name is documents/{document}")
			}
			return id, nil
		},
	}}}
	expr := must.Get(listquery.ParseFilter(names, `document = "documents/d1"`))(t)
	must.Equal(t, expr.(listquery.Compare).Value.Text, "d1")

	_, err := listquery.ParseFilter(names, `document = "d1"`)
	statustest.Check(t, err, codes.InvalidArgument, "FILTER_VALUE_INVALID", "filter")
	must.Contains(t, err.Error(), "documents/{document}")
	_, err = listquery.ParseFilter(names, `document = "documents/gone"`)
	must.Contains(t, err.Error(), "document: it is gone")

	_, err = listquery.ParseFilter(names, `document:*`)
	statustest.Check(t, err, codes.InvalidArgument, "FILTER_OPERATOR_INVALID", "filter")
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{
		`title = "a" AND (count > 1 OR -type = DIRECT)`, `dimensions.REF_AREA = "US" tags:"x"`, `period >= "2010" period <= "2023~"`,
		`NOT(normalized.value<"1e9")`, `f(f(f(f(`, `((((`, `a.b.c.d:*`, "\"\\", `count=-010`, `- - -1`, `title='\'' `, `title:"*"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		expr, err := listquery.ParseFilter(schema, text)
		if err != nil {
			statustest.Check(t, err, codes.InvalidArgument, errs.ReasonOf(err), "filter")
			return
		}
		where, args, err := listquery.SQL(expr, columns)
		must.OK(t, err)
		must.Equal(t, strings.Count(where, "?"), len(args))
	})
}
