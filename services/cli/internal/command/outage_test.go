package command_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// prices are figures, of the mapping beside.
const (
	prices       = "Date,Index,Inflation\n1913-01-01,9.8,\n1913-02-01,9.8,0.0\n1913-03-01,9.8,0.0\n"
	priceMapping = "../demodata/mappings/cpi-us.yaml"
)

// saidAndMerged is a file that takes calls of every kind, the first one alone.
func saidAndMerged(t *testing.T) string {
	t.Helper()
	return fixed(t, harbour) + strings.Join(strings.SplitAfter(merged, "\n")[:3], "")
}

// way is the way to a server, on which calls may get lost.
type way struct {
	server http.RoundTripper
	// before is what becomes of a call instead of being answered, and after of one that the
	// server did: nil and nil are what it should.
	before, after fate

	mu sync.Mutex // an import asks side by side
}

// RoundTrip implements http.RoundTripper.
func (w *way) RoundTrip(r *http.Request) (*http.Response, error) {
	if answer, err := w.meets(w.before, r); answer != nil || err != nil {
		return answer, err
	}
	done, err := w.server.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if answer, err := w.meets(w.after, r); answer != nil || err != nil {
		return answer, errors.Join(err, done.Body.Close())
	}
	return done, nil
}

func (w *way) meets(one fate, r *http.Request) (*http.Response, error) {
	if one == nil {
		return nil, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return one(r)
}

// by runs a command whose calls go this way, in a time that passes only while it waits. It
// is interrupted after a while. took is how long it took.
func (w *way) by(t *testing.T, while time.Duration, args ...string) (got result, took time.Duration) {
	t.Helper()
	usual := http.DefaultTransport
	defer func() { http.DefaultTransport = usual }()
	w.server, http.DefaultTransport = &http.Transport{DisableKeepAlives: true}, w
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), while)
		defer cancel()
		begun := time.Now()
		got = runUntil(ctx, "", args...)
		took = time.Since(begun)
	})
	return got, took
}

// fate is what becomes of a call; nil and nil if it is what should.
type fate func(*http.Request) (*http.Response, error)

// once is a fate of the first of equal calls that write, but for the very first: whether
// there is a server has to be known. Equal ones have the same request_id.
func once(then func() (*http.Response, error)) func() fate {
	return func() fate {
		met := map[string]bool{}
		return func(r *http.Request) (*http.Response, error) {
			body, err := r.GetBody()
			if err != nil {
				return nil, err
			}
			content, err := io.ReadAll(body)
			if err != nil {
				return nil, err
			}
			call := r.Method + " " + r.URL.String() + " " + string(content)
			first, again := len(met) == 0, met[call]
			met[call] = true
			if first || again || r.Method == http.MethodGet {
				return nil, nil
			}
			return then()
		}
	}
}

// away is a fate of all calls of a while, but for the very first.
func away(while time.Duration, then func() (*http.Response, error)) func() fate {
	return func() fate {
		var back time.Time
		return func(*http.Request) (*http.Response, error) {
			switch {
			case back.IsZero():
				back = time.Now().Add(while)
				return nil, nil
			case time.Now().Before(back):
				return then()
			default:
				return nil, nil
			}
		}
	}
}

func refusedConnection() (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

func lostAnswer() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

func brokenOff() (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Body: io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))}, nil
}

// answer is one to a call instead of the server's.
type answer struct {
	status int
	body   string
}

func (a answer) given() (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)),
		Header: http.Header{"Retry-After": {"30"}}, Body: io.NopCloser(strings.NewReader(a.body)),
	}, nil
}

// problem is an error of a server.
func problem(reason, retry string) string {
	return `{"message":"in words","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"` + reason + `","domain":"onrecord.dev"}` + retry + `]}`
}

const retryInfo = `,{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"7.500s"}`

// TestAnImportRidesOutAnOutage: what it could not ask, and what it had no answer to, it asks
// again, and then everything is on record once.
func TestAnImportRidesOutAnOutage(t *testing.T) {
	commands := [][]string{
		{"import", "statements", inFile(t, "said.jsonl", saidAndMerged(t))},
		{"import", "figures", inFile(t, "prices.csv", prices), "--mapping", priceMapping},
	}
	undisturbed := start(t, t.TempDir())
	want := []string{undisturbed.must(t, commands[0]...), undisturbed.must(t, commands[1]...)}
	for name, test := range map[string]struct {
		before, after func() fate
		// atLeast is how long it takes, and told for what it waits.
		atLeast time.Duration
		told    string
	}{
		"nobody listens":    {before: away(time.Minute, refusedConnection), atLeast: time.Minute, told: "cannot reach http://"},
		"nobody behind":     {before: away(time.Minute, answer{502, "<html>"}.given), atLeast: time.Minute, told: "failed: the server answered 502"},
		"a failover":        {before: away(time.Minute, answer{503, problem("STORAGE_READ_ONLY", "")}.given), atLeast: time.Minute, told: "failed (STORAGE_READ_ONLY): in words"},
		"too many calls":    {before: once(answer{429, problem("RATE_LIMITED", retryInfo)}.given), atLeast: 7500 * time.Millisecond, told: "refused (RATE_LIMITED): in words"},
		"another release":   {before: once(answer{400, problem("SCHEMA_TOO_NEW", "")}.given), told: "refused (SCHEMA_TOO_NEW)"},
		"deadlines go by":   {after: once(answer{504, problem("SERVICE_TOO_SLOW", "")}.given), told: "failed (SERVICE_TOO_SLOW)"},
		"calls are cut off": {after: once(answer{499, problem("CANCELLED", "")}.given), told: "failed (CANCELLED)"},
		"answers get lost":  {after: once(lostAnswer)},
		"answers break off": {after: once(brokenOff)},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, t.TempDir())
			for i, command := range commands {
				on := &way{}
				if test.before != nil {
					on.before = test.before()
				}
				if test.after != nil {
					on.after = test.after()
				}
				got, took := on.by(t, time.Hour, append(command, "--server", server.url)...)
				must.Equal(t, got.code, 0)
				must.Equal(t, got.out, want[i])
				must.True(t, took >= test.atLeast, "it took %s", took)
				if test.told != "" {
					must.Contains(t, got.err, "waiting for the server to be back: "+test.told)
					must.True(t, strings.HasSuffix(got.err, "going on\n"), "%s", got.err)
				}
			}
		})
	}
}

// TestAnImportDoesNotWaitForEver: it makes no new try after two minutes, or ends at once when it is
// interrupted, rejects nothing, and goes on with the same command.
func TestAnImportDoesNotWaitForEver(t *testing.T) {
	for name, test := range map[string]struct {
		fate  fate
		while time.Duration
		took  [2]time.Duration
		want  string
	}{
		"away":            {away(time.Hour, refusedConnection)(), time.Hour, [2]time.Duration{time.Minute, 2 * time.Minute}, "cannot reach"},
		"interrupted":     {away(time.Hour, refusedConnection)(), 30 * time.Second, [2]time.Duration{30 * time.Second, 30 * time.Second}, "onrecord: interrupted: "},
		"disk full":       {away(time.Hour, answer{429, problem("STORAGE_FULL", "")}.given)(), time.Hour, [2]time.Duration{}, "refused (STORAGE_FULL): in words"},
		"too large":       {away(time.Hour, answer{429, `{"message":"a limit of gRPC itself","details":[]}`}.given)(), time.Hour, [2]time.Duration{}, "refused: a limit of gRPC itself"},
		"role taken away": {away(time.Hour, answer{403, problem("ROLE_REQUIRED", "")}.given)(), time.Hour, [2]time.Duration{}, "refused (ROLE_REQUIRED): in words"},
		"key expired":     {away(time.Hour, answer{401, problem("TOKEN_EXPIRED", "")}.given)(), time.Hour, [2]time.Duration{}, "refused (TOKEN_EXPIRED): in words"},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, t.TempDir())
			path := inFile(t, "said.jsonl", saidAndMerged(t))
			got, took := (&way{before: test.fate}).by(t, test.while, "import", "statements", path, "--server", server.url)
			must.Equal(t, got.code, 1)
			must.Contains(t, got.err, test.want)
			must.Contains(t, got.err, "0 rows are done; the same command again goes on\n")
			must.True(t, test.took[0] <= took && took <= test.took[1], "it took %s", took)
			must.Contains(t, server.must(t, "import", "statements", path), "12 rows read, 0 rejected")
		})
	}
}

// TestTotalsOfTheDemoDataRideOutAnOutage: they are put on record after a minute in which nobody
// listens, as the files before them would be.
func TestTotalsOfTheDemoDataRideOutAnOutage(t *testing.T) {
	server := start(t, t.TempDir())
	var back time.Time
	on := &way{before: func(r *http.Request) (*http.Response, error) {
		if back.IsZero() && strings.HasSuffix(r.URL.Path, ":query") {
			back = time.Now().Add(time.Minute)
		}
		if time.Now().Before(back) {
			return refusedConnection()
		}
		return nil, nil
	}}
	got, took := on.by(t, time.Hour, "demo-data", timeseries(t), "--rejects", filepath.Join(t.TempDir(), "rejects.jsonl"), "--server", server.url)
	must.Equal(t, got.code, 0)
	must.True(t, took >= time.Minute, "it took %s", took)
	must.Contains(t, server.must(t, "list", "figures", "--filter", `dimensions.FLOW = "TOTAL"`), "us-mx-goods-trade-total-2015")
}

// TestNoEntityToAskFor: who may not ask what an entity was merged into does not know that a
// statement of it differs from the one on record.
func TestNoEntityToAskFor(t *testing.T) {
	server := start(t, t.TempDir())
	server.must(t, "import", "statements", inFile(t, "merged.jsonl", merged))
	path := inFile(t, "again.jsonl", strings.SplitAfter(merged, "\n")[7])
	none := func(r *http.Request) (*http.Response, error) {
		if !strings.Contains(r.URL.Path, "/entities/") {
			return nil, nil
		}
		return answer{403, problem("ROLE_REQUIRED", "")}.given()
	}
	got, _ := (&way{before: none}).by(t, time.Hour, "import", "statements", path, "--server", server.url)
	must.Equal(t, got.code, 1)
	must.Contains(t, got.err, "refused (ROLE_REQUIRED): in words")
	must.Contains(t, server.must(t, "import", "statements", path), "1 rows read, 0 rejected")
}
