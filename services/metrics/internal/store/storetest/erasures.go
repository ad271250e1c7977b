package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func erasures(t *testing.T, open Open) {
	t.Run("figures of a document come in the order in which they came on record", func(t *testing.T) { everOn(t, open(t)) })
	t.Run("a notice is erased from the correction as it is on record", func(t *testing.T) { erasedNotices(t, open(t)) })
}

func everOn(t *testing.T, st store.Store) {
	on := func(id, document string) domain.Figure {
		f := figure(t, id, "2020", "1", nil)
		f.DocumentVersion = "documents/" + document + "/versions/1"
		return f
	}
	later := putFigure(t, st, on("z", "d"))
	putFigure(t, st, on("other", "other"))
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		both := []domain.Figure{on("b", "d"), on("a", "d")}
		for i := range both {
			both[i].Meta = both[i].First(w.RecordTime())
		}
		return w.PutFigures(both, caller)
	}))
	revise(t, st, "z", func(f *domain.Figure) { f.DocumentVersion = "documents/other/versions/1" })
	revise(t, st, "b", func(f *domain.Figure) { f.Comment = "changed" })
	retractFigure(t, st, "a")

	var found []string
	write(t, st, func(w store.Writer) error {
		var after store.FigurePlace
		for {
			page, err := w.EverOn("d", after, 1)
			if err != nil || len(page) == 0 {
				return err
			}
			must.Equal(t, len(page), 1)
			if after = page[0]; len(found) == 0 {
				must.Equal(t, after.Created, later)
			}
			found = append(found, after.ID)
		}
	})
	must.Equal(t, found, []string{"z", "a", "b"})
}

func erasedNotices(t *testing.T, st store.Store) {
	write(t, st, func(w store.Writer) error { return w.PutCorrection(aCorrection("c", domain.Mended, "figures/f", "")) })
	write(t, st, func(w store.Writer) error {
		for _, of := range []struct {
			id, document string
			erased       bool
		}{{"none", "n", false}, {"c", "other", false}, {"c", "n", true}, {"c", "n", false}} {
			erased, err := w.EraseNotice(of.id, of.document)
			must.OK(t, err)
			must.Equal(t, erased, of.erased)
		}
		return nil
	})
	read(t, st, func(r store.Reader) {
		want := aCorrection("c", domain.Mended, "figures/f", "")
		want.NoticeText = ""
		got, _, err := r.Correction("c", store.Newest)
		must.OK(t, err)
		must.Equal(t, got, want)
	})
}
