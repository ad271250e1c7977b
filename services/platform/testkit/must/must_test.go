package must_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"google.golang.org/protobuf/types/known/durationpb"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// fake records a failure instead of ending the test.
type fake struct{ failure string }

func (*fake) Helper() {}
func (f *fake) Fatalf(format string, args ...any) {
	if f.failure == "" {
		f.failure = fmt.Sprintf(format, args...)
	}
}

type point struct{ x, y int }

func TestAssertions(t *testing.T) {
	broken := errors.New("broken")
	tests := map[string]struct {
		pass, fail func(must.TB)
		says       string
	}{
		"OK":      {func(t must.TB) { must.OK(t, nil) }, func(t must.TB) { must.OK(t, broken) }, "broken"},
		"Err":     {func(t must.TB) { must.Err(t, broken) }, func(t must.TB) { must.Err(t, nil) }, "want an error"},
		"ErrorIs": {func(t must.TB) { must.ErrorIs(t, io.EOF, io.EOF) }, func(t must.TB) { must.ErrorIs(t, broken, io.EOF) }, "EOF"},
		"Equal":   {func(t must.TB) { must.Equal(t, point{1, 2}, point{1, 2}) }, func(t must.TB) { must.Equal(t, point{1, 2}, point{1, 3}) }, "-want +got"},
		"Equal of protos": {
			func(t must.TB) { must.Equal(t, durationpb.New(1), durationpb.New(1)) },
			func(t must.TB) { must.Equal(t, durationpb.New(1), durationpb.New(2)) }, "nanos",
		},
		"NotEqual": {func(t must.TB) { must.NotEqual(t, 1, 2) }, func(t must.TB) { must.NotEqual(t, 1, 1) }, "differ"},
		"True":     {func(t must.TB) { must.True(t, true) }, func(t must.TB) { must.True(t, false, "n is %d", 7) }, "n is 7"},
		"False":    {func(t must.TB) { must.False(t, false) }, func(t must.TB) { must.False(t, true, broken) }, "broken"},
		"Contains": {func(t must.TB) { must.Contains(t, "abc", "b") }, func(t must.TB) { must.Contains(t, "abc", "x") }, `"x"`},
		"Get": {
			func(t must.TB) { must.Equal(t, must.Get(1, nil)(t), 1) },
			func(t must.TB) { must.Get(0, broken)(t) }, "broken",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			passed, failed := &fake{}, &fake{}
			tt.pass(passed)
			must.Equal(t, passed.failure, "")
			tt.fail(failed)
			must.Contains(t, failed.failure, tt.says)
		})
	}
}

func TestRapidFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "n")
		must.Equal(t, n, n)
	})
}
