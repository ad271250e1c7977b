package server_test

import (
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestACopyKeepsWhoReadsWhat of figures of data files too, at every time.
func TestACopyKeepsWhoReadsWhat(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	source, target := filepath.Join(folder, "source.db"), filepath.Join(folder, "target.db")
	s := startOn(t, "sqlite:"+filepath.Join(folder, "metrics.db"), changefeed.Options{}, rpcserver.Options{})
	s.fill(t)
	var times []*timestamppb.Timestamp
	confidential := importOf("2024-02-07", years("US", "1.10"))
	confidential.Template.ConfStatus = "C"
	for _, step := range []func(){
		func() { s.imported(t, importOf("2024-02-07", years("US", "1.10", "2.20"))) },
		func() { s.imported(t, confidential) },
		func() {
			next := s.release("3")
			next.Template.ReleaseTime = period("2024-03-07")
			s.imported(t, next)
		},
		func() { s.figure(t, "f", s.embargoed("2020", "5")) },
		func() { s.pass(t, 2*time.Hour) },
		func() { s.imported(t, importOf("2024-02-07", years("US", "7", "2.20"))) },
		func() { s.eraseRetracted(t, "gone") },
	} {
		step()
		times = append(times, s.settled())
	}
	must.OK(t, server.Service.Backup(t.Context(), server.Config{Database: "sqlite:" + filepath.Join(folder, "metrics.db")}, source))
	_, err := copies.Copy(t.Context(), "sqlite:"+source, "sqlite:"+target, recordcopy.Options{})
	must.OK(t, err)
	other := startOn(t, "sqlite:"+target, changefeed.Options{}, rpcserver.Options{})
	other.ahead.Store(s.ahead.Load())
	reader, otherReader := s.reader(t), other.reader(t)
	for _, at := range times {
		must.Equal(t, other.seen(t, at), s.seen(t, at))
		must.Equal(t, otherReader.seen(t, at), reader.seen(t, at))
	}
	for _, of := range [][2]*service{{other, s}, {otherReader, reader}} {
		var all [2][]*metricsv1.Change
		for i := range all {
			changes, _ := until(t, of[i].watch(t, everything()))
			for _, change := range changes {
				all[i] = append(all[i], change.GetChange())
			}
		}
		must.Equal(t, all[0], all[1])
	}
}
