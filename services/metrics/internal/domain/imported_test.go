package domain_test

import (
	"cmp"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func importedID() *rapid.Generator[domain.ImportedID] {
	return rapid.Custom(func(t *rapid.T) domain.ImportedID {
		return domain.ImportedID{
			Series: rapid.Int64Range(1, 1<<40-1).Draw(t, "series"), Start: importedStart().Draw(t, "start"),
			Slot: rapid.Int64Range(0, 1<<40-1).Draw(t, "slot"),
		}
	})
}

func importedStart() *rapid.Generator[recordtime.Time] {
	return rapid.OneOf(rapid.Just(domain.Undated), rapid.Custom(func(t *rapid.T) recordtime.Time {
		return recordtime.Time(rapid.Int64Range(domain.FirstImportedSecond+1, math.MaxInt64/1_000_000).Draw(t, "second") * 1_000_000)
	}))
}

// TestPropertyImportedIDs: they come back as they were, in their order, and are names of figures.
func TestPropertyImportedIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := importedID().Draw(t, "a"), importedID().Draw(t, "b")
		must.True(t, a.Valid())
		back, ok := domain.ParseImportedID(a.String())
		must.True(t, ok)
		must.Equal(t, back, a)
		order := cmp.Or(cmp.Compare(a.Series, b.Series), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Slot, b.Slot))
		must.Equal(t, strings.Compare(a.String(), b.String()), order)
		_, err := domain.FigureName.Parse(domain.FigureName.Format(a.String()))
		must.OK(t, err)
	})
}

// TestPropertyLastImportedID: a name has its place among the ids, whatever it looks like.
func TestPropertyLastImportedID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		other := importedID().Draw(t, "other")
		name := rapid.OneOf(
			rapid.StringMatching(`[n-p]?[0-9a-z-]{0,40}`), rapid.Custom(func(t *rapid.T) string {
				id := importedID().Draw(t, "id").String()
				return id[:rapid.IntRange(0, len(id)).Draw(t, "length")] + rapid.SampledFrom([]string{"", "0", "-", "w", "z"}).Draw(t, "more")
			})).Draw(t, "name")
		last, ok := domain.LastImportedID(name)
		must.Equal(t, ok && (other.Series < last.Series || other.Series == last.Series && (other.Start < last.Start ||
			other.Start == last.Start && other.Slot <= last.Slot)), other.String() <= name)
	})
}

// TestOneIDForEachFigure: starts are kept in whole seconds, so no id has another.
func TestOneIDForEachFigure(t *testing.T) {
	for _, start := range []recordtime.Time{1, 999_999, 1_000_001, -1, domain.Undated + 1, domain.FirstImportedSecond * 1_000_000} {
		id := domain.ImportedID{Series: 7, Start: start, Slot: 256}
		_, ok := domain.ParseImportedID(id.String())
		must.False(t, ok, start)
		must.False(t, id.Valid(), start)
	}
}

func TestOtherNamesAreNotImportedIDs(t *testing.T) {
	id := domain.ImportedID{Series: 7, Start: 1_000_000, Slot: 256}.String()
	for _, other := range []string{"", "o", id[1:], id + "0", "p" + id[1:], id[:10] + "z" + id[11:], id[:10] + "1" + id[11:], "figure-1"} {
		_, ok := domain.ParseImportedID(other)
		must.False(t, ok, other)
	}
	must.Equal(t, domain.ImportedUID(id, 1_700_000_000_000_000)[14:15], "7") // a UUID of version 7
	must.NotEqual(t, domain.ImportedUID(id, 1_700_000_000_000_000), domain.ImportedUID(id, 1_700_000_000_001_000))
}

func TestPeriodsOfDataFiles(t *testing.T) {
	for text, want := range map[string]string{
		"2020": "2020", "2020-A1": "2020", "2020-S2": "2020-41", "2020-T1": "2020-37", "2020-Q1": "2020-33", "2020-M03": "2020-03",
		"2020-W07": "2020-02-10/2020-02-16", "2020-W53": "2020-12-28/2021-01-03", "2020-D045": "2020-02-14", "2020-D366": "2020-12-31",
		"2020-05": "2020-05", "2020-05-06": "2020-05-06", "2020~": "2020~", "": "",
	} {
		got, err := domain.ParseImportedPeriod(text)
		must.OK(t, err)
		must.Equal(t, got.EDTF, want)
		must.Equal(t, got.Missing == domain.NotStated, text == "")
	}
	for _, text := range []string{"2020-Q5", "2020-Q0", "2021-W53", "2021-D366", "2020-M13", "2020-Q+1", "20-Q1", "2020Q1", "2020-X1"} {
		_, err := domain.ParseImportedPeriod(text)
		must.Err(t, err)
	}
}

// TestEveryFieldOfFiguresHasAnOperand: what a filter asks of is there of a figure that has everything.
func TestEveryFieldOfFiguresHasAnOperand(t *testing.T) {
	value := num(t, "1")
	period := must.Get(domain.ParsePeriod("2020"))(t)
	zero := 0
	f := domain.Figure{
		Meta: domain.Meta{ID: "f", CreateTime: 1, UpdateTime: 1}, Metric: "m", DocumentVersion: "documents/d/versions/1", Kind: domain.Point,
		Dimensions: map[string]string{"A": "x"}, Attributes: map[string]string{"A": "x"}, ObsStatus: []string{"A"}, Missing: "NOT_STATED",
		Frequency: "A", Value: &value, Period: period, Release: &period, Decimals: &zero, CountedObject: "c", Claimant: "entities/e",
		AttributedProducer: "p", ConfStatus: "F", EmbargoEnd: 2, Comment: "c", Origin: &domain.Origin{Producer: "p", Title: "t"},
		Reported:   &domain.Reported{Text: "t", NumberText: "1", MultiplierText: "m", Value: &value, UnitSymbol: "$"},
		Normalized: domain.Normalized{Value: &value, Lower: &domain.Bound{Value: value}, Upper: &domain.Bound{Value: value}},
	}
	for _, field := range domain.FigureFields.Fields {
		operand := f.Operand(field.Name)
		must.True(t, operand.Set || len(operand.Map) > 0 || len(operand.List) > 0, field.Name)
		if field.Name != "unit" && field.Name != "normalized.unit" {
			none := new(domain.Figure).Operand(field.Name)
			must.True(t, !none.Set || field.Kind != listquery.String && field.Kind != listquery.Decimal, field.Name)
		}
	}
}
