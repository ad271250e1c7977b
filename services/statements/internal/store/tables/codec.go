package tables

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// format is the first byte of a snapshot: its fields are numbered as below. A
// number never gets another meaning; another encoding gets another format.
const format = 1

// encode makes the snapshot of a resource.
func encode(resource any) ([]byte, error) {
	e := &encoder{buf: append(make([]byte, 0, 1024), format)}
	switch r := resource.(type) {
	case domain.Document:
		writeDocument(e, r)
	case domain.Version:
		writeVersion(e, r)
	case domain.Entity:
		writeEntity(e, r)
	case domain.Statement:
		writeStatement(e, r)
	default:
		return nil, fmt.Errorf("a %T has no snapshot", resource)
	}
	return e.buf, nil
}

// decodeColumn reads the snapshot in the first column.
func decodeColumn(row recorddb.Row, resource any) error {
	return decode(row.Text(0), resource) // the bytes as they are: one copy less
}

// decode reads a snapshot into a resource, whose texts are parts of it.
func decode(snapshot string, resource any) error {
	if len(snapshot) == 0 || snapshot[0] != format {
		return fmt.Errorf("unknown format of a snapshot of %d bytes", len(snapshot))
	}
	d := &decoder{text: snapshot[1:]}
	switch r := resource.(type) {
	case *domain.Document:
		get(d, r, readDocument)
	case *domain.Version:
		get(d, r, readVersion)
	case *domain.Entity:
		get(d, r, readEntity)
	case *domain.Statement:
		get(d, r, readStatement)
	default:
		return fmt.Errorf("a %T has no snapshot", resource)
	}
	if d.broken {
		return fmt.Errorf("broken snapshot of a %T", resource)
	}
	return nil
}

func writeRecord(e *encoder, r domain.Record) {
	e.text(1, r.ID)
	e.text(2, r.UID)
	e.number(3, r.Revision)
	e.number(4, int64(r.Created))
	e.number(5, int64(r.Updated))
	e.number(6, int64(r.Deleted))
	if r.Retraction != nil {
		put(e, 7, *r.Retraction, writeRetraction)
	}
}

func readRecord(d *decoder, r *domain.Record) {
	switch d.field {
	case 1:
		r.ID = d.text
	case 2:
		r.UID = d.text
	case 3:
		r.Revision = d.number
	case 4:
		r.Created = recordtime.Time(d.number)
	case 5:
		r.Updated = recordtime.Time(d.number)
	case 6:
		r.Deleted = recordtime.Time(d.number)
	case 7:
		r.Retraction = getNew(d, readRetraction)
	}
}

func writeRetraction(e *encoder, r domain.Retraction) {
	e.text(1, r.Reason)
	e.text(2, r.Caller)
}

func readRetraction(d *decoder, r *domain.Retraction) {
	switch d.field {
	case 1:
		r.Reason = d.text
	case 2:
		r.Caller = d.text
	}
}

func writeDocument(e *encoder, r domain.Document) {
	put(e, 1, r.Record, writeRecord)
	e.text(2, r.URI)
	e.text(3, r.Headline)
	e.text(4, r.Publisher)
	e.text(5, r.Byline)
	e.text(6, r.LanguageCode)
	e.text(7, r.License)
	e.text(8, r.UsageTerms)
	e.flag(9, r.TextWithheld)
	e.number(10, r.LatestVersion)
}

func readDocument(d *decoder, r *domain.Document) {
	switch d.field {
	case 1:
		get(d, &r.Record, readRecord)
	case 2:
		r.URI = d.text
	case 3:
		r.Headline = d.text
	case 4:
		r.Publisher = d.text
	case 5:
		r.Byline = d.text
	case 6:
		r.LanguageCode = d.text
	case 7:
		r.License = d.text
	case 8:
		r.UsageTerms = d.text
	case 9:
		r.TextWithheld = d.number != 0
	case 10:
		r.LatestVersion = d.number
	}
}

func writeVersion(e *encoder, r domain.Version) {
	e.text(1, r.Document)
	e.number(2, r.Number)
	e.text(3, r.UID)
	e.number(4, int64(r.Created))
	e.text(5, r.SHA256)
	e.number(6, int64(r.Length))
	put(e, 7, r.PublishTime, writePeriod)
	if !r.AccessTime.IsZero() {
		put(e, 8, r.AccessTime, writeInstant)
	}
}

func readVersion(d *decoder, r *domain.Version) {
	switch d.field {
	case 1:
		r.Document = d.text
	case 2:
		r.Number = d.number
	case 3:
		r.UID = d.text
	case 4:
		r.Created = recordtime.Time(d.number)
	case 5:
		r.SHA256 = d.text
	case 6:
		r.Length = int(d.number)
	case 7:
		get(d, &r.PublishTime, readPeriod)
	case 8:
		var at instant
		get(d, &at, readInstant)
		r.AccessTime = time.Unix(at.seconds, at.nanos).UTC()
	}
}

// instant is a time of the caller's, kept to the nanosecond.
type instant struct{ seconds, nanos int64 }

func writeInstant(e *encoder, t time.Time) {
	e.number(1, t.Unix())
	e.number(2, int64(t.Nanosecond()))
}

func readInstant(d *decoder, t *instant) {
	switch d.field {
	case 1:
		t.seconds = d.number
	case 2:
		t.nanos = d.number
	}
}

func writeEntity(e *encoder, r domain.Entity) {
	put(e, 1, r.Record, writeRecord)
	e.text(2, r.Type)
	e.text(3, r.DisplayName)
	for _, alias := range r.Aliases {
		e.item(4, alias)
	}
	e.text(5, r.Description)
	for _, scheme := range slices.Sorted(maps.Keys(r.Identifiers)) {
		put(e, 6, identifier{scheme, r.Identifiers[scheme]}, writeIdentifier)
	}
}

func readEntity(d *decoder, r *domain.Entity) {
	switch d.field {
	case 1:
		get(d, &r.Record, readRecord)
	case 2:
		r.Type = d.text
	case 3:
		r.DisplayName = d.text
	case 4:
		r.Aliases = append(r.Aliases, d.text)
	case 5:
		r.Description = d.text
	case 6:
		var id identifier
		get(d, &id, readIdentifier)
		if r.Identifiers == nil {
			r.Identifiers = make(map[string]string)
		}
		r.Identifiers[id.scheme] = id.value
	}
}

type identifier struct{ scheme, value string }

func writeIdentifier(e *encoder, id identifier) {
	e.text(1, id.scheme)
	e.text(2, id.value)
}

func readIdentifier(d *decoder, id *identifier) {
	switch d.field {
	case 1:
		id.scheme = d.text
	case 2:
		id.value = d.text
	}
}
