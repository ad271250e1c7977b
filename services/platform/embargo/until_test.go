package embargo_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// document is under an embargo that ends in a year, or under none; figure has a status besides.
type (
	document struct{ end, recorded int }
	figure   struct {
		document
		status string
	}
)

func (d document) GetEmbargoEndTime() *timestamppb.Timestamp {
	if d.end == 0 {
		return nil
	}
	return newYear(d.end)
}
func (d document) GetUpdateTime() *timestamppb.Timestamp { return newYear(d.recorded) }
func (f figure) GetConfStatus() string                   { return f.status }

func newYear(year int) *timestamppb.Timestamp {
	return timestamppb.New(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
}

func TestUntil(t *testing.T) {
	for name, test := range map[string]struct {
		of   embargo.Dated
		ends bool
	}{
		"an embargo":                {document{2027, 2026}, true},
		"none":                      {document{0, 2026}, false},
		"one that had ended":        {document{2026, 2026}, false},
		"a figure":                  {figure{document{2027, 2026}, "F"}, true},
		"a confidential figure":     {figure{document{2027, 2026}, "C"}, false},
		"a confidential one, ended": {figure{document{2025, 2026}, "C"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			must.Equal(t, embargo.Until(test.of) != nil, test.ends)
		})
	}
}
