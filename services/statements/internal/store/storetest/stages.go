package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func stages(t *testing.T, open Open) {
	f := start(t, open)
	stage := store.Stage{
		RequestID: "018f3f6e-0000-7000-8000-00000000000a", Fingerprint: "f", Caller: caller, Payload: []byte{0, 1},
		Creates: []string{"documents/d", "entities/a"}, Uses: []string{"entities/b"},
	}
	at := f.write(func(w store.Writer) error { return w.Stage(stage) })
	names := func(want map[string][2]bool) {
		t.Helper()
		f.read(func(r store.Reader) error {
			for name, taken := range want {
				must.Equal(t, [2]bool{r.CheckFree(name) != nil, r.CheckUnused(name) != nil}, taken)
			}
			return nil
		})
	}
	names(map[string][2]bool{"documents/d": {true, true}, "entities/a": {true, true}, "entities/b": {false, true}, "entities/c": {false, false}})
	f.read(func(r store.Reader) error {
		must.Equal(t, errs.ReasonOf(r.CheckFree("entities/c", "entities/a")), "NAME_STAGED")
		got, found, err := r.Staged(stage.RequestID)
		must.True(t, found)
		want := stage
		want.Creates, want.Uses, want.RecordTime = nil, nil, at
		must.Equal(t, got, want)
		must.OK(t, err)
		expired, err := r.ExpiredStages(at, 5)
		must.Equal(t, len(expired), 0)
		must.OK(t, err)
		expired, err = r.ExpiredStages(at+1, 5)
		must.Equal(t, expired, []string{stage.RequestID})
		return err
	})
	other := store.Stage{RequestID: "018f3f6e-0000-7000-8000-00000000000b", Payload: []byte{1}, Creates: []string{"entities/a"}}
	err := f.Write(t.Context(), func(w store.Writer) error { return w.Stage(other) })
	must.Equal(t, errs.ReasonOf(err), "NAME_STAGED")
	other.Creates, other.Uses = nil, []string{"entities/b"}
	f.write(func(w store.Writer) error { return w.Stage(other) })

	ended := f.write(func(w store.Writer) error { return w.EndStage(stage.RequestID, store.Discarded, caller) })
	names(map[string][2]bool{"documents/d": {false, false}, "entities/b": {false, true}})
	end := func() (end store.StageEnd) {
		f.read(func(r store.Reader) error {
			_, found, err := r.Staged(stage.RequestID)
			must.OK(t, err)
			must.False(t, found)
			end, found, err = r.StageEnd(stage.RequestID)
			must.True(t, found)
			return err
		})
		return end
	}
	must.Equal(t, end(), store.StageEnd{Outcome: store.Discarded, Fingerprint: "f", Names: []string{}, RecordTime: ended})
	must.Err(t, f.Write(t.Context(), func(w store.Writer) error { return w.EndStage(stage.RequestID, store.Discarded, caller) }))

	f.write(func(w store.Writer) error { return w.Stage(stage) })
	ended = f.write(func(w store.Writer) error { return w.EndStage(stage.RequestID, store.Published, caller, "documents/d") })
	must.Equal(t, end(), store.StageEnd{Outcome: store.Published, Fingerprint: "f", Names: []string{"documents/d"}, RecordTime: ended})
}
