package tables

import (
	"context"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Copy copies the record of one store to another, which restorer fills.
func Copy(
	ctx context.Context, from, to *Store, restorer recorddb.Restorer, options recordcopy.Options,
) (recordcopy.Report, error) {
	return recordcopy.Run(ctx, from.Database, restorer, recordcopy.Service[store.Change]{
		Changes: func(conn recorddb.Conn, after changefeed.Place, upTo recordtime.Time, limit int) ([]store.Change, error) {
			return from.Reader(conn).Changes(store.Changes{After: after, UpTo: upTo, Limit: limit})
		},
		Place: func(change store.Change) changefeed.Place { return change.Place },
		Put: func(tx recorddb.Tx, changes []store.Change) error {
			w := to.Writer(tx)
			for i := range changes {
				if err := putChange(w, &changes[i]); err != nil {
					return err
				}
			}
			return nil
		},
		Kinds: []recordcopy.Kind{
			recordcopy.Revisions("metrics", metricTable, canonical(metricFields)),
			recordcopy.Revisions("figures", figureTable, canonical(figureFields)),
			recordcopy.ReadKind("imported figures", importedRevisions, canonical(figureFields)),
			recordcopy.NewKind("corrections", selectCorrections, scanCorrection, canonical(correctionFields)),
			recordcopy.NewKind("erasures", selectErasures, scanErasure, func(empty []byte) ([]byte, error) { return empty, nil }),
		},
	}, options)
}

// putChange puts a change on record again.
func putChange(w store.Writer, change *store.Change) error {
	switch {
	case change.Metric != nil:
		return w.PutMetric(*change.Metric, change.Caller)
	case change.Correction != nil:
		return w.PutCorrection(*change.Correction)
	case change.Erased != "":
		return w.PutErasure(change.Erased, change.Caller)
	default:
		return w.PutFigure(*change.Figure, change.Caller)
	}
}

// canonical encodes a snapshot as one written today would be.
func canonical[T any](fields func(*snapshot.Codec, *T)) func(stored []byte) ([]byte, error) {
	return func(stored []byte) ([]byte, error) {
		var resource T
		if err := decode(string(stored), &resource, fields); err != nil {
			return nil, err
		}
		return encode(&resource, fields), nil
	}
}
