package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/e2e/workload"
)

// maxWeight bounds a weight and so the length of a mix.
const maxWeight = 1000

// mix is a sequence of calls that repeats.
type mix []workload.Call

// parseMix reads NAME=WEIGHT,…: of the operations, each as often in a sequence
// as its weight says, spread evenly.
func parseMix(text, over string, operations []workload.Operation) (mix, error) {
	type slot struct {
		at   float64
		call workload.Call
	}
	var slots []slot
	for part := range strings.SplitSeq(text, ",") {
		name, number, weighed := strings.Cut(part, "=")
		weight := 1
		if weighed {
			var err error
			if weight, err = strconv.Atoi(number); err != nil || weight < 1 || weight > maxWeight {
				return nil, fmt.Errorf("-mix: the weight of %s must be 1 to %d, not %q", name, maxWeight, number)
			}
		}
		i := slices.IndexFunc(operations, func(o workload.Operation) bool { return o.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("-mix: there is no operation %q", name)
		}
		call := operations[i].Over[over]
		if call == nil {
			return nil, fmt.Errorf("-over must be gRPC or REST, not %q", over)
		}
		for n := range weight {
			slots = append(slots, slot{at: (float64(n) + 0.5) / float64(weight), call: call})
		}
	}
	slices.SortStableFunc(slots, func(a, b slot) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		default:
			return 0
		}
	})
	calls := make(mix, len(slots))
	for i, s := range slots {
		calls[i] = s.call
	}
	return calls, nil
}

// call makes the n-th call of a run.
func (m mix) call(ctx context.Context, n int) error { return m[n%len(m)](ctx, n) }
