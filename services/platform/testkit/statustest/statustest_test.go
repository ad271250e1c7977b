package statustest_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

type fake struct{ failure string }

func (*fake) Helper() {}
func (f *fake) Fatalf(format string, args ...any) {
	if f.failure == "" {
		f.failure = fmt.Sprintf(format, args...)
	}
}

func TestCheck(t *testing.T) {
	local := errs.Invalid("filter", "BAD_FILTER", "no")
	for name, err := range map[string]error{"local": local, "over the wire": errs.ToStatus(local).Err()} {
		t.Run(name, func(t *testing.T) {
			statustest.Check(t, err, codes.InvalidArgument, "BAD_FILTER", "")
			statustest.Check(t, err, codes.InvalidArgument, "BAD_FILTER", "filter")
			must.Equal(t, statustest.Fields(err), []string{"filter"})
			for _, wrong := range []func(must.TB){
				func(t must.TB) { statustest.Check(t, err, codes.NotFound, "BAD_FILTER", "") },
				func(t must.TB) { statustest.Check(t, err, codes.InvalidArgument, "OTHER", "") },
				func(t must.TB) { statustest.Check(t, err, codes.InvalidArgument, "BAD_FILTER", "order_by") },
			} {
				f := &fake{}
				wrong(f)
				must.NotEqual(t, f.failure, "")
			}
		})
	}
	f := &fake{}
	statustest.Check(f, nil, codes.NotFound, "NOT_FOUND", "")
	must.NotEqual(t, f.failure, "")
}
