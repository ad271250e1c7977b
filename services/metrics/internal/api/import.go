package api

import (
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"
	"strings"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// maxImported is how many observations one request has.
const maxImported = 10_000

// imports answers ImportService.
type imports struct {
	metricsv1.UnimplementedImportServiceServer
	core
}

// ImportFigures puts observations of data files on record.
func (s *imports) ImportFigures(ctx context.Context, req *metricsv1.ImportFiguresRequest) (*metricsv1.ImportFiguresResponse, error) {
	var read *importReader
	return run(ctx, s.core, req, write[*metricsv1.ImportFiguresResponse]{
		Method: "ImportFigures",
		Prepare: func() (err error) {
			read, err = readImport(s.core, req)
			return err
		},
		Do: func(w store.Writer, caller string) (*metricsv1.ImportFiguresResponse, []string, error) {
			metric, err := readMetric(w, "template.metric", req.GetTemplate().GetMetric(), store.Newest, false)
			if err != nil {
				return nil, nil, err
			}
			if err := read.checkEmbargo(changes.EmbargoTime(w)); err != nil {
				return nil, nil, err
			}
			rows := read.fresh()
			done, err := changes.Import(w, caller, metric, rows)
			if err != nil {
				return nil, nil, err
			}
			answer := read.answer(done, rows)
			kept, err := keepAnswer(answer)
			return answer, kept, err
		},
		Again: func(_ store.Reader, done store.Done) (*metricsv1.ImportFiguresResponse, error) {
			return keptAnswer(done.Names)
		},
	})
}

// keepAnswer makes the names by which the answer is remembered: an import has none of its own, so it is kept as it is. Rejections are
// mostly alike, so that it is compressed.
func keepAnswer(answer *metricsv1.ImportFiguresResponse) ([]string, error) {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var kept strings.Builder
	encoder := base64.NewEncoder(base64.StdEncoding, &kept)
	packer := gzip.NewWriter(encoder)
	if _, err = packer.Write(raw); err == nil {
		err = cmp.Or(packer.Close(), encoder.Close())
	}
	return []string{kept.String()}, err
}

// maxAnswer bounds what is read of an answer: that of maxImported rejections with long descriptions.
const maxAnswer = 64 << 20

func keptAnswer(names []string) (*metricsv1.ImportFiguresResponse, error) {
	unpacker, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(names[0])))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(unpacker, maxAnswer))
	if err != nil {
		return nil, err
	}
	answer := new(metricsv1.ImportFiguresResponse)
	return answer, proto.Unmarshal(raw, answer)
}

// checkImport checks what is wrong with the request as a whole.
func checkImport(req *metricsv1.ImportFiguresRequest) error {
	count := 0
	for _, series := range req.GetSeries() {
		count += len(series.GetObservations())
	}
	switch {
	case req.GetTemplate() == nil:
		return errs.Invalid("template", "FIELD_REQUIRED", "say what the observations have in common")
	case count == 0:
		return errs.Invalid("series", "FIELD_REQUIRED", "an import has at least one observation")
	case count > maxImported:
		return errs.Invalid("series", "TOO_MANY_ITEMS", "%d observations are more than the %d of one request: send several", count, maxImported)
	}
	return checkTemplateFields(req.GetTemplate())
}

// templateFields are the fields that a template may have.
var templateFields = map[string]bool{
	"metric": true, "origin": true, "unit": true, "unit_mult": true, "decimals": true, "release_time": true, "attributes": true,
	"counted_object": true, "comment": true, "conf_status": true, "embargo_end_time": true,
}

// answer tells what was done with the rows.
func (r *importReader) answer(done changes.Imported, rows []changes.Row) *metricsv1.ImportFiguresResponse {
	answer := &metricsv1.ImportFiguresResponse{
		CreatedCount: count(done.Created), UpdatedCount: count(done.Updated), DeletedCount: count(done.Deleted),
		UnchangedCount: count(done.Unchanged),
	}
	for _, place := range r.places {
		fault := place.fault
		if place.row >= 0 {
			fault = rows[place.row].Fault
		}
		if fault == nil {
			continue
		}
		answer.Rejections = append(answer.Rejections, &metricsv1.ImportFiguresResponse_Rejection{
			SeriesIndex: count(place.series), ObservationIndex: count(place.observation),
			Field: fault.Field, Reason: fault.Reason, Description: fault.Description,
		})
	}
	return answer
}

// count is a number of rows of a request, or an index of one.
func count(n int) int32 { return int32(n) } //nolint:gosec // at most maxImported
