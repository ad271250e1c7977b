package recordtest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// What the record of every service keeps about writes: requests that are done, and what is staged.

const requestID = "018f3f6e-0000-7000-8000-00000000000a"

// kept is a record with what its tests need.
type kept[R recordwrite.Reader, W recordwrite.Writer] struct {
	recorddb.Record[R, W]
	t *testing.T
}

// write runs one transaction that must succeed, and returns its record time.
func (k kept[R, W]) write(fn func(w W) error) (at recordtime.Time) {
	k.t.Helper()
	must.OK(k.t, k.Write(k.t.Context(), func(w W) error {
		at = w.RecordTime()
		return fn(w)
	}))
	return at
}

func (k kept[R, W]) read(fn func(r R) error) {
	k.t.Helper()
	must.OK(k.t, k.Read(k.t.Context(), fn))
}

// Requests checks that an empty record knows the requests that are done, until they are forgotten.
func Requests[R recordwrite.Reader, W recordwrite.Writer](t *testing.T, record recorddb.Record[R, W]) {
	t.Helper()
	k := kept[R, W]{record, t}
	replay := func(request recordwrite.Request) (done recordwrite.Done, found bool, err error) {
		err = k.Read(t.Context(), func(r R) error {
			done, found, err = r.Replay(request)
			return err
		})
		return done, found, err
	}
	known := func(request recordwrite.Request) bool {
		_, found, err := replay(request)
		must.OK(t, err)
		return found
	}
	request := recordwrite.Request{ID: requestID, Method: "M", Fingerprint: "f"}
	must.False(t, known(request))
	at := k.write(func(w W) error {
		must.OK(t, w.Remember(recordwrite.Request{}, "x")) // no id
		return w.Remember(request, "things/a", "things/b")
	})
	upper := request
	upper.ID = "018F3F6E-0000-7000-8000-00000000000A"
	for _, same := range []recordwrite.Request{request, upper} {
		done, found, err := replay(same)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, done, recordwrite.Done{Names: []string{"things/a", "things/b"}, RecordTime: at})
	}
	must.False(t, known(recordwrite.Request{}))
	for _, other := range []recordwrite.Request{{ID: requestID, Method: "N", Fingerprint: "f"}, {ID: requestID, Method: "M", Fingerprint: "g"}} {
		_, _, err := replay(other)
		refused(t, err, errs.InvalidArgument, "REQUEST_ID_REUSED")
	}
	forget := func(before recordtime.Time, limit int) (count int) {
		k.write(func(w W) (err error) {
			count, err = w.Forget(before, limit)
			return err
		})
		return count
	}
	must.Equal(t, forget(at, 100), 0)
	must.Equal(t, forget(at+1, 0), 0)
	must.True(t, known(request))
	must.Equal(t, forget(at+1, 100), 1)
	must.False(t, known(request))
}

// Stages checks that an empty record keeps what is staged, with its names, until it ends.
func Stages[R recordwrite.Reader, W recordwrite.Writer](t *testing.T, record recorddb.Record[R, W]) {
	t.Helper()
	k := kept[R, W]{record, t}
	const caller = "tester"
	stage := recordwrite.Stage{
		RequestID: requestID, Fingerprint: "f", Caller: caller, Payload: []byte{0, 1}, Creates: []string{"things/a", "things/b"}, Uses: []string{"things/c"},
	}
	at := k.write(func(w W) error { return w.Stage(stage) })
	// names checks of names whether they are taken to create something, and to change it.
	names := func(want map[string][2]bool) {
		t.Helper()
		k.read(func(r R) error {
			for name, taken := range want {
				for i, err := range []error{r.CheckFree(name), r.CheckUnused(name)} {
					must.Equal(t, err != nil, taken[i])
					must.True(t, err == nil || errs.ReasonOf(err) == "NAME_STAGED" && errs.KindOf(err) == errs.Aborted)
				}
			}
			return nil
		})
	}
	names(map[string][2]bool{"things/a": {true, true}, "things/b": {true, true}, "things/c": {false, true}, "things/d": {false, false}})
	k.read(func(r R) error {
		refused(t, r.CheckFree("things/d", "things/b"), errs.Aborted, "NAME_STAGED")
		got, found, err := r.Staged(requestID)
		must.OK(t, err)
		must.True(t, found)
		want := stage
		want.Creates, want.Uses, want.RecordTime = nil, nil, at
		must.Equal(t, got, want)
		expired, err := r.ExpiredStages(at, 5)
		must.OK(t, err)
		must.Equal(t, len(expired), 0)
		expired, err = r.ExpiredStages(at+1, 5)
		must.Equal(t, expired, []string{requestID})
		return err
	})
	other := recordwrite.Stage{RequestID: "018f3f6e-0000-7000-8000-00000000000b", Payload: []byte{1}, Creates: []string{"things/b"}}
	refused(t, k.Write(t.Context(), func(w W) error { return w.Stage(other) }), errs.Aborted, "NAME_STAGED")
	other.Creates, other.Uses = nil, []string{"things/c"}
	k.write(func(w W) error { return w.Stage(other) })

	// end ends the stage, and checks what is known of that.
	end := func(outcome recordwrite.Outcome, created ...string) {
		t.Helper()
		ended := k.write(func(w W) error { return w.EndStage(requestID, outcome, caller, created...) })
		k.read(func(r R) error {
			_, found, err := r.Staged(requestID)
			must.OK(t, err)
			must.False(t, found)
			end, found, err := r.StageEnd(requestID)
			must.True(t, found)
			must.Equal(t, end, recordwrite.StageEnd{Outcome: outcome, Fingerprint: "f", Names: append([]string{}, created...), RecordTime: ended})
			return err
		})
		names(map[string][2]bool{"things/a": {false, false}, "things/c": {false, true}})
		must.Err(t, k.Write(t.Context(), func(w W) error { return w.EndStage(requestID, outcome, caller) }))
	}
	end(recordwrite.Discarded)
	k.write(func(w W) error { return w.Stage(stage) })
	end(recordwrite.Published, "things/a")
}

// refused checks the kind and the reason of an error.
func refused(t *testing.T, err error, kind errs.Kind, reason string) {
	t.Helper()
	must.Equal(t, errs.KindOf(err), kind)
	must.Equal(t, errs.ReasonOf(err), reason)
}
