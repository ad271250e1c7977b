package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func requests(t *testing.T, open Open) {
	f := start(t, open)
	request := store.Request{ID: "018f3f6e-0000-7000-8000-00000000000a", Method: "M", Fingerprint: "f"}
	replay := func(request store.Request) (done store.Done, found bool, err error) {
		err = f.Read(t.Context(), func(r store.Reader) error {
			done, found, err = r.Replay(request)
			return err
		})
		return done, found, err
	}
	_, found, err := replay(request)
	must.False(t, found)
	must.OK(t, err)
	at := f.write(func(w store.Writer) error {
		must.OK(t, w.Remember(store.Request{}, "x")) // no id
		return w.Remember(request, "statements/a", "statements/b")
	})
	upper := request
	upper.ID = "018F3F6E-0000-7000-8000-00000000000A"
	for _, same := range []store.Request{request, upper} {
		done, found, err := replay(same)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, done, store.Done{Names: []string{"statements/a", "statements/b"}, RecordTime: at})
	}
	_, found, err = replay(store.Request{})
	must.False(t, found)
	must.OK(t, err)
	for _, other := range []store.Request{{ID: request.ID, Method: "N", Fingerprint: "f"}, {ID: request.ID, Method: "M", Fingerprint: "g"}} {
		_, _, err = replay(other)
		must.Equal(t, errs.ReasonOf(err), "REQUEST_ID_REUSED")
	}
	forget := func(limit int) (count int) {
		f.write(func(w store.Writer) (err error) {
			count, err = w.Forget(at+1, limit)
			return err
		})
		return count
	}
	must.Equal(t, forget(0), 0)
	must.Equal(t, forget(5), 1)
	_, found, err = replay(request)
	must.False(t, found)
	must.OK(t, err)
}
