package work

import (
	"encoding/json"
	"fmt"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

var insertRequest = recorddb.NewInsert("requests", "request_id", "method", "fingerprint", "names", "record_time")

// Replay returns what the request named if it was done before. A request
// without an id was never done. The same id with another method or content is
// INVALID_ARGUMENT, reason REQUEST_ID_REUSED, for the field request_id, unless its author
// sent the same.
func (r Reader) Replay(request recordwrite.Request) (done recordwrite.Done, found bool, err error) {
	if request.ID == "" {
		return recordwrite.Done{}, false, nil
	}
	var method, fingerprint, names string
	found, err = r.Conn.QueryOne("SELECT method, fingerprint, names, record_time FROM requests WHERE request_id = ?",
		func(row recorddb.Row) error {
			method, fingerprint, names = row.Text(0), row.Text(1), row.Text(2)
			done.RecordTime = recorddb.Time(row, 3)
			return nil
		}, key(request.ID))
	if err != nil || !found {
		return recordwrite.Done{}, false, err
	}
	same := fingerprint == request.Fingerprint || fingerprint == request.Sent // as it is sent, where nothing was added to it
	if !same {
		if same, err = r.sentSame(request, done.RecordTime); err != nil {
			return recordwrite.Done{}, false, err
		}
	}
	if method != request.Method || !same {
		return recordwrite.Done{}, false, reused(request.ID, done.RecordTime)
	}
	if err := json.Unmarshal([]byte(names), &done.Names); err != nil {
		return recordwrite.Done{}, false, fmt.Errorf("names of request %s: %w", request.ID, err)
	}
	return done, true, nil
}

// sentSame reports whether the author of the request that was done at a time sent this one.
func (r Reader) sentSame(request recordwrite.Request, at recordtime.Time) (same bool, err error) {
	if request.Sent == "" {
		return false, nil
	}
	_, err = r.Conn.QueryOne("SELECT fingerprint FROM requests WHERE request_id = ?", func(row recorddb.Row) error {
		same = row.Text(0) == request.Sent
		return nil
	}, sentKey(request.ID, at))
	return same, err
}

// sentKey is the key of what the author of a request sent, in a row of its own: programs of
// older releases, which compare the fingerprint of what reached them, share the table.
func sentKey(id string, at recordtime.Time) string { return key(id) + " sent " + at.String() }

// reused is the error of a request id that named another request before.
func reused(id string, at recordtime.Time) error {
	return errs.Invalid("request_id", "REQUEST_ID_REUSED",
		"another request was done under the id %s at %s: use a new id", id, at).With("record_time", at.String())
}

// Remember records that the request is done in this transaction, with the names
// of its answer. A request without an id is not remembered.
func (w Writer) Remember(request recordwrite.Request, names ...string) error {
	if request.ID == "" {
		return nil
	}
	text, err := json.Marshal(names)
	if err != nil {
		return err
	}
	at := w.Tx.RecordTime()
	if request.Sent != "" && request.Sent != request.Fingerprint {
		if err := w.Tx.Insert(insertRequest, sentKey(request.ID, at), request.Method, request.Sent, "[]", at); err != nil {
			return err
		}
	}
	return w.Tx.Insert(insertRequest, key(request.ID), request.Method, request.Fingerprint, string(text), at)
}
