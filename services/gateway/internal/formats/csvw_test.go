package formats_test

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// lexical are the forms of the datatypes of CSV on the Web that keep every digit. Its number
// is none of them: it is another word for double, and a reader would round.
var lexical = map[string]*regexp.Regexp{
	"string": regexp.MustCompile(`(?s)^.*$`), "decimal": regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)$`), "integer": regexp.MustCompile(`^[+-]?\d+$`),
	"boolean": regexp.MustCompile(`^(true|false)$`), "dateTime": regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`),
}

// TestTheMetadataFileSaysWhatIsInTheFile: a column for each, in its order, and no cell that
// its datatype does not have or that it would round.
func TestTheMetadataFileSaysWhatIsInTheFile(t *testing.T) {
	const many = "12345678901234567890123456789012345.678"
	number := &decimal.Decimal{Value: many}
	inclusive := true
	bound := &metricsv1.Bound{Value: number, Inclusive: &inclusive}
	o := &metricsv1.Observation{
		ValueKind: metricsv1.Figure_RANGE, Value: number, Values: []*decimal.Decimal{number, {Value: "-2"}}, Lower: bound, Upper: bound,
		AsWritten: &metricsv1.AsWritten{Value: number, Values: []*decimal.Decimal{number}, Lower: bound, Upper: bound, UnitMult: 3},
	}
	var table struct {
		TableSchema struct {
			Columns []struct{ Name, Titles, Datatype, Separator string }
		}
	}
	must.OK(t, json.Unmarshal([]byte(body(t, formats.CSVW, o)), &table))
	lines := must.Get(csv.NewReader(strings.NewReader(body(t, formats.CSV, o))).ReadAll())(t)
	must.Equal(t, len(lines[0]), len(table.TableSchema.Columns))
	long := 0
	for i, column := range table.TableSchema.Columns {
		must.Equal(t, column.Titles, lines[0][i])
		form := lexical[column.Datatype]
		must.True(t, form != nil, "%s is %s", column.Name, column.Datatype)
		cells := []string{lines[1][i]}
		if column.Separator != "" {
			cells = strings.Split(lines[1][i], column.Separator)
		}
		for _, cell := range cells {
			must.True(t, cell == "" || form.MatchString(cell), "%s: %q is no %s", column.Name, cell, column.Datatype)
			if cell == many {
				must.Equal(t, column.Datatype, "decimal")
				long++
			}
		}
	}
	must.Equal(t, long, 8)
}

// TestANumberWithAnExponentIsNoDecimalOfTheMetadataFile: the cell keeps its digits, and the
// metadata calls its column what a reader can take, the others what they are.
func TestANumberWithAnExponentIsNoDecimalOfTheMetadataFile(t *testing.T) {
	plain, small := &decimal.Decimal{Value: "12"}, &decimal.Decimal{Value: "9.8814229249011857707509881422924901186E-2"}
	o := &metricsv1.Observation{ValueKind: metricsv1.Figure_POINT, Value: small, AsWritten: &metricsv1.AsWritten{Value: plain}}
	var table struct {
		TableSchema struct {
			Columns []struct{ Name, Datatype string }
		}
	}
	must.OK(t, json.Unmarshal([]byte(body(t, formats.CSVW, o)), &table))
	must.Contains(t, body(t, formats.CSV, o), small.GetValue())
	types := map[string]string{}
	for _, column := range table.TableSchema.Columns {
		types[column.Name] = column.Datatype
	}
	must.Equal(t, types["value"], "string")
	must.Equal(t, types["writtenValue"], "decimal")
}
