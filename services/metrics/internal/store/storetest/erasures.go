package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func erasures(t *testing.T, open Open) {
	t.Run("figures of a document come in the order in which they came on record", func(t *testing.T) { everOn(t, open(t)) })
	t.Run("an erasure is a change that the public does not hear of", func(t *testing.T) { erasureTold(t, open(t)) })
	t.Run("corrections with a notice are found", func(t *testing.T) { noticed(t, open(t)) })
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

func erasureTold(t *testing.T, st store.Store) {
	at := write(t, st, func(w store.Writer) error { return w.PutErasure("d", caller) })
	want := store.Change{Place: changefeed.Place{Time: at, Kind: store.ErasureChange, ID: "d", Revision: 1}, Caller: caller, Erased: "d"}
	read(t, st, func(r store.Reader) {
		for _, query := range []store.Changes{{UpTo: at, Limit: 2}, {After: changefeed.Place{Time: at, Kind: store.CorrectionChange, ID: "z"}, UpTo: at, Limit: 1}} {
			heard, err := r.Changes(query)
			must.OK(t, err)
			must.Equal(t, heard, []store.Change{want})
			heard, err = r.Public().Changes(query)
			must.OK(t, err)
			must.Equal(t, len(heard), 0)
		}
		heard, err := r.Changes(store.Changes{After: want.Place, UpTo: at, Limit: 1})
		must.OK(t, err)
		must.Equal(t, len(heard), 0)
	})
}

func noticed(t *testing.T, st store.Store) {
	for _, id := range []string{"z", "plain", "b", "a"} {
		write(t, st, func(w store.Writer) error {
			c := aCorrection(id, domain.Updated, "figures/"+id, "")
			if c.Recorded = w.RecordTime(); id == "plain" {
				c.NoticeText, c.NoticeVersion = "", ""
			}
			c.Restricted = id == "b"
			return w.PutCorrection(c)
		})
	}
	for public, want := range map[bool][]string{false: {"z", "b", "a"}, true: {"z", "a"}} {
		read(t, st, func(r store.Reader) {
			if public {
				r = r.Public()
			}
			var found []string
			for after := (domain.Correction{}); ; {
				page, err := r.Noticed(after, 1)
				must.OK(t, err)
				if len(page) == 0 {
					break
				}
				after = page[0]
				found = append(found, after.ID)
			}
			must.Equal(t, found, want)
		})
	}
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
