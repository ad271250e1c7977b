package paging_test

import (
	"math"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestSize(t *testing.T) {
	for asked, want := range map[int32]int{0: 50, 1: 1, 50: 50, 999: 999, 1000: 1000} {
		must.Equal(t, must.Get(paging.Size(asked))(t), want)
	}
	for _, asked := range []int32{-1, 1001, math.MaxInt32, math.MinInt32} {
		_, err := paging.Size(asked)
		statustest.Check(t, err, codes.InvalidArgument, "PAGE_SIZE_OUT_OF_RANGE", "page_size")
	}
}

func TestTrim(t *testing.T) {
	page, more := paging.Trim([]int{1, 2, 3}, 2)
	must.Equal(t, page, []int{1, 2})
	must.True(t, more)

	page, more = paging.Trim([]int{1, 2}, 2)
	must.Equal(t, page, []int{1, 2})
	must.False(t, more)

	page, more = paging.Trim([]int(nil), 2)
	must.Equal(t, len(page), 0)
	must.False(t, more)
}
