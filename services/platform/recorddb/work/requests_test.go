package work_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/work"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func replay(f fixture, request recordwrite.Request) (done recordwrite.Done, found bool, err error) {
	f.t.Helper()
	err = f.db.Read(f.t.Context(), func(conn recorddb.Conn) error {
		done, found, err = work.Reader{Conn: conn}.Replay(request)
		return err
	})
	return done, found, err
}

func remember(f fixture, request recordwrite.Request, names ...string) (at recordtime.Time) {
	f.t.Helper()
	must.OK(f.t, f.db.Write(f.t.Context(), func(tx recorddb.Tx) error {
		at = tx.RecordTime()
		return work.Writer{Tx: tx}.Remember(request, names...)
	}))
	return at
}

func TestARequestIsDoneOnce(t *testing.T) {
	f := open(t)
	request := recordwrite.Request{ID: "0A", Method: "CreateThing", Fingerprint: "f"}
	_, found, err := replay(f, request)
	must.OK(t, err)
	must.False(t, found)
	at := remember(f, request, "things/a", "things/b")
	for _, id := range []string{"0A", "0a"} {
		request.ID = id
		done, found, err := replay(f, request)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, done, recordwrite.Done{Names: []string{"things/a", "things/b"}, RecordTime: at})
	}
	for _, other := range []recordwrite.Request{
		{ID: "0A", Method: "UpdateThing", Fingerprint: "f"}, {ID: "0A", Method: "CreateThing", Fingerprint: "g"},
	} {
		_, _, err := replay(f, other)
		statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
	}
}

func TestARequestWithoutAnIDIsNotRemembered(t *testing.T) {
	f := open(t)
	remember(f, recordwrite.Request{Method: "CreateThing"}, "things/a")
	remember(f, recordwrite.Request{Method: "CreateThing"}, "things/b")
	_, found, err := replay(f, recordwrite.Request{Method: "CreateThing"})
	must.OK(t, err)
	must.False(t, found)
}

func TestOldRequestsAreForgottenOldestFirst(t *testing.T) {
	f := open(t)
	var last recordtime.Time
	for _, id := range []string{"03", "01", "02"} {
		last = remember(f, recordwrite.Request{ID: id}, "things/a")
	}
	must.OK(t, f.db.Write(t.Context(), func(tx recorddb.Tx) error {
		count, err := work.Writer{Tx: tx}.Forget(last, 1)
		must.Equal(t, count, 1)
		return err
	}))
	_, found, err := replay(f, recordwrite.Request{ID: "03"})
	must.OK(t, err)
	must.False(t, found)
	must.OK(t, f.db.Write(t.Context(), func(tx recorddb.Tx) error {
		count, err := work.Writer{Tx: tx}.Forget(last, 10)
		must.Equal(t, count, 1) // the newest is not older than itself
		return err
	}))
	_, found, err = replay(f, recordwrite.Request{ID: "02"})
	must.OK(t, err)
	must.True(t, found)
}

// TestARequestIsTheSameThatItsAuthorSent: who completed it did so otherwise each time. A
// program that does not know that compares what reached it, and meets it in the same row.
func TestARequestIsTheSameThatItsAuthorSent(t *testing.T) {
	f := open(t)
	done := recordwrite.Request{ID: "0A", Method: "CreateThing", Fingerprint: "f", Sent: "s"}
	at := remember(f, done, "things/a")
	for _, same := range []recordwrite.Request{
		done, {ID: "0a", Method: "CreateThing", Fingerprint: "g", Sent: "s"}, {ID: "0A", Method: "CreateThing", Fingerprint: "f"},
		{ID: "0A", Method: "CreateThing", Fingerprint: "f", Sent: "u"},
	} {
		got, found, err := replay(f, same)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, got, recordwrite.Done{Names: []string{"things/a"}, RecordTime: at})
	}
	for _, other := range []recordwrite.Request{
		{ID: "0A", Method: "CreateThing", Fingerprint: "g", Sent: "u"}, {ID: "0A", Method: "CreateThing", Fingerprint: "s"},
		{ID: "0A", Method: "CreateThing", Fingerprint: "g"}, {ID: "0A", Method: "UpdateThing", Fingerprint: "g", Sent: "s"},
	} {
		_, _, err := replay(f, other)
		statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
	}
}

// TestARequestThatNothingWasAddedToIsTheSame: something is when it is sent again.
func TestARequestThatNothingWasAddedToIsTheSame(t *testing.T) {
	f := open(t)
	remember(f, recordwrite.Request{ID: "0A", Method: "CreateThing", Fingerprint: "s", Sent: "s"}, "things/a")
	done, found, err := replay(f, recordwrite.Request{ID: "0A", Method: "CreateThing", Fingerprint: "g", Sent: "s"})
	must.OK(t, err)
	must.True(t, found)
	must.Equal(t, done.Names, []string{"things/a"})
}

// TestAnIDThatIsForgottenIsFree, also while what its author sent is not forgotten yet.
func TestAnIDThatIsForgottenIsFree(t *testing.T) {
	f := open(t)
	request := recordwrite.Request{ID: "0A", Method: "CreateThing", Fingerprint: "f", Sent: "s"}
	remember(f, request, "things/a")
	must.OK(t, f.db.Write(t.Context(), func(tx recorddb.Tx) error {
		return tx.Exec("DELETE FROM requests WHERE request_id = ?", "0a")
	}))
	_, found, err := replay(f, request)
	must.OK(t, err)
	must.False(t, found)
	remember(f, request, "things/b")
	done, found, err := replay(f, recordwrite.Request{ID: "0A", Method: "CreateThing", Fingerprint: "g", Sent: "s"})
	must.OK(t, err)
	must.True(t, found)
	must.Equal(t, done.Names, []string{"things/b"})
}
