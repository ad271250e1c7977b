package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const requestID = "0190b1c2-0000-7000-8000-000000000001"

func requests(t *testing.T, open Open) {
	st := open(t)
	request := store.Request{ID: requestID, Method: "CreateFigure", Fingerprint: "a"}
	at := write(t, st, func(w store.Writer) error { return w.Remember(request, "figures/a", "figures/b") })
	read(t, st, func(r store.Reader) {
		done, found, err := r.Replay(request)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, done, store.Done{Names: []string{"figures/a", "figures/b"}, RecordTime: at})
		other := request
		other.Fingerprint = "b"
		_, _, err = r.Replay(other)
		refused(t, err, errs.InvalidArgument, "REQUEST_ID_REUSED")
		_, found, err = r.Replay(store.Request{})
		must.OK(t, err)
		must.False(t, found)
	})
	write(t, st, func(w store.Writer) error {
		forgotten, err := w.Forget(at, 100)
		must.Equal(t, forgotten, 0)
		return err
	})
	write(t, st, func(w store.Writer) error {
		forgotten, err := w.Forget(at+1, 100)
		must.Equal(t, forgotten, 1)
		return err
	})
	read(t, st, func(r store.Reader) {
		_, found, err := r.Replay(request)
		must.OK(t, err)
		must.False(t, found)
	})
}

func stages(t *testing.T, open Open) {
	st := open(t)
	stage := store.Stage{
		RequestID: requestID, Fingerprint: "a", Caller: caller, Payload: []byte{1, 2},
		Creates: []string{"figures/new"}, Uses: []string{"metrics/m"},
	}
	at := write(t, st, func(w store.Writer) error { return w.Stage(stage) })
	read(t, st, func(r store.Reader) {
		got, found, err := r.Staged(requestID)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, got, store.Stage{RequestID: requestID, Fingerprint: "a", Caller: caller, Payload: []byte{1, 2}, RecordTime: at})
		refused(t, r.CheckFree("figures/new"), errs.Aborted, "NAME_STAGED")
		must.OK(t, r.CheckFree("metrics/m", "figures/other"))
		refused(t, r.CheckUnused("metrics/m"), errs.Aborted, "NAME_STAGED")
		for before, want := range map[bool][]string{false: nil, true: {requestID}} {
			limit := at
			if before {
				limit++
			}
			expired, err := r.ExpiredStages(limit, 10)
			must.OK(t, err)
			must.Equal(t, expired, want)
		}
	})
	second := stage
	second.RequestID = "0190b1c2-0000-7000-8000-000000000002"
	err := st.Write(t.Context(), func(w store.Writer) error { return w.Stage(second) })
	refused(t, err, errs.Aborted, "NAME_STAGED")

	ended := write(t, st, func(w store.Writer) error { return w.EndStage(requestID, store.Published, caller, "figures/new") })
	must.Err(t, st.Write(t.Context(), func(w store.Writer) error { return w.EndStage(requestID, store.Discarded, caller) }))
	read(t, st, func(r store.Reader) {
		_, found, err := r.Staged(requestID)
		must.OK(t, err)
		must.False(t, found)
		end, found, err := r.StageEnd(requestID)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, end, store.StageEnd{Outcome: store.Published, Fingerprint: "a", Names: []string{"figures/new"}, RecordTime: ended})
		must.OK(t, r.CheckFree("figures/new"))
		must.OK(t, r.CheckUnused("metrics/m"))
	})
}

// refused checks the kind and the reason of an error.
func refused(t *testing.T, err error, kind errs.Kind, reason string) {
	t.Helper()
	must.Equal(t, errs.KindOf(err), kind)
	must.Equal(t, errs.ReasonOf(err), reason)
}
