package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onrecord/onrecord/services/e2e/workload"
)

// TestStalledServerIsCharged: a call that holds everything up for a second makes
// those that were due in it late, and the histogram says so.
func TestStalledServerIsCharged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := drive(t.Context(), plan{interval: 10 * time.Millisecond, calls: 200, parallel: 1}, func(ctx context.Context, n int) error {
			wait := time.Millisecond
			if n == 0 {
				wait = time.Second
			}
			select {
			case <-time.After(wait):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if o.done != 200 || o.failed != 0 {
			t.Fatalf("done %d, failed %d", o.done, o.failed)
		}
		if slow := o.service.ValueAtPercentile(99); slow > 1100 {
			t.Errorf("99 %% of the service times are up to %d µs, want 1 ms", slow)
		}
		if late := o.latency.ValueAtPercentile(75); late < 100_000 {
			t.Errorf("the latency of the calls held up is %d µs at 75 %%: they were left out", late)
		}
	})
}

func TestRateIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := drive(t.Context(), plan{interval: time.Millisecond, calls: 1000, parallel: 4}, func(context.Context, int) error { return nil })
		if o.took != 999*time.Millisecond {
			t.Errorf("1000 calls, one a millisecond, took %v", o.took)
		}
	})
}

func TestFailuresAreCounted(t *testing.T) {
	refused := errors.New("refused")
	synctest.Test(t, func(t *testing.T) {
		o := drive(t.Context(), plan{interval: time.Millisecond, calls: 10, parallel: 2}, func(_ context.Context, n int) error {
			if n%2 == 0 {
				return refused
			}
			return nil
		})
		var out bytes.Buffer
		o.write(&out)
		if text := out.String(); !strings.HasPrefix(text, "answered 5, failed 5, in 9ms: 556 a second\nfirst failure: refused\n") {
			t.Errorf("the report is\n%s", text)
		}
	})
}

func TestStopsWhenInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var made atomic.Int64
		o := drive(ctx, plan{interval: time.Second, calls: 600, parallel: 1}, func(context.Context, int) error {
			if made.Add(1) == 3 {
				cancel()
			}
			return nil
		})
		if o.done != 3 {
			t.Errorf("%d calls were made after the interrupt at the third", o.done)
		}
	})
}

func TestMix(t *testing.T) {
	var made []string
	operation := func(name string) workload.Operation {
		return workload.Operation{Name: name, Over: map[string]workload.Call{
			"gRPC": func(context.Context, int) error { made = append(made, name); return nil },
		}}
	}
	operations := []workload.Operation{operation("get"), operation("create")}
	calls, err := parseMix("get=4,create", "gRPC", operations)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 10 {
		if err := calls.call(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(made, " "); got != "get get create get get get get create get get" {
		t.Errorf("the calls are %s", got)
	}
	for _, wrong := range []string{"", "got", "get=0", "get=1001", "get=x"} {
		if _, err := parseMix(wrong, "gRPC", operations); err == nil {
			t.Errorf("-mix %q was taken", wrong)
		}
	}
	if _, err := parseMix("get", "REST", operations); err == nil {
		t.Error("an interface that is not there was taken")
	}
}

func TestOptionsAreBounded(t *testing.T) {
	for _, wrong := range [][]string{
		{"-http=example.org:80"}, {"-grpc=192.0.2.1:50051"}, {"-http=8080"},
		{"-rate=0"}, {"-rate=NaN"}, {"-rate=100001"}, {"-rate=100000", "-duration=1m"},
		{"-duration=0s"}, {"-duration=11m"}, {"-parallel=0"}, {"-parallel=1001"}, {"more"},
	} {
		if _, err := parse(wrong); err == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
	if _, err := parse([]string{"-http=localhost:8080", "-grpc=[::1]:50051", "-rate=0.5"}); err != nil {
		t.Error(err)
	}
}
