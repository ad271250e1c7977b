package pages_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
)

// pageOf50 is a record whose pages show 50 facts: 25 statements with a figure each.
func pageOf50() *record {
	r := example()
	statement, figure := r.statements[0], r.figures[0]
	r.statements, r.figures, r.read.Facts = nil, nil, nil
	for i := range 25 {
		s, f := proto.CloneOf(statement), proto.CloneOf(figure)
		s.Name, f.Name = fmt.Sprintf("statements/s%d", i), fmt.Sprintf("figures/f%d", i)
		r.statements, r.figures = append(r.statements, s), append(r.figures, f)
		r.read.Facts = append(r.read.Facts,
			&gatewayv1.Fact{Fact: &gatewayv1.Fact_Statement{Statement: s}, Figures: []string{f.GetName()}},
			&gatewayv1.Fact{Fact: &gatewayv1.Fact_Figure{Figure: f}, StatedIn: []string{s.GetName()}})
	}
	return r
}

// cpu is the processor time that the process has taken: unlike time on the clock it says
// the same on a machine that does other things too.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkPageOf50Facts is what the server computes for a page, without the services.
func BenchmarkPageOf50Facts(b *testing.B) {
	for name, target := range map[string]string{"document": "/documents/note", "search": "/search?q=l", "entity": "/entities/speaker"} {
		b.Run(name, func(b *testing.B) {
			h := explorer(b, pageOf50())
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, target, nil)
			b.ReportAllocs()
			size := 0
			before := cpu(b)
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
			b.ReportMetric(float64(size), "page-bytes")
		})
	}
}
