package errs_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// trailers is how long a status is as trailers of HTTP/2, by another rule than the code's.
func trailers(t *testing.T, st *status.Status) int {
	t.Helper()
	packed := must.Get(proto.Marshal(st.Proto()))(t)
	return len(url.PathEscape(st.Message())) + len(base64.StdEncoding.EncodeToString(packed))
}

// mostTrailers leaves servers and proxies something of the 8 KiB that clients take. More than
// the limit: this rule counts a few signs as three characters that gRPC sends as they are.
const mostTrailers = 7<<10 + 512

// TestAnErrorFitsInTrailers: whatever is wrong, the clients of all languages are told so.
func TestAnErrorFitsInTrailers(t *testing.T) {
	for name, words := range map[string]string{"latin": "must be a name", "han": strings.Repeat("不", 400), "bytes": strings.Repeat("\xff", 2000)} {
		for _, count := range []int{1, 2, 10, 50, 100, 5000} {
			var v errs.Violations
			for i := range count {
				v.Add(fmt.Sprintf("requests[%d].statement.%s", i, words), "MALFORMED_VALUE", "%s", words)
			}
			var refused *errs.Error
			must.True(t, errors.As(v.Err(), &refused))
			st := errs.ToStatus(refused.About("onrecord.dev/Statement", "statements/"+words).With("cause", words))
			must.True(t, trailers(t, st) <= mostTrailers, "%s × %d: %d", name, count, trailers(t, st))

			sent, more := 0, 0
			for _, detail := range st.Details() {
				if bad, ok := detail.(*errdetails.BadRequest); ok {
					sent = len(bad.GetFieldViolations())
				}
			}
			if text := errs.Info(st).GetMetadata()["more_violations"]; text != "" {
				more = must.Get(strconv.Atoi(text))(t)
			}
			must.True(t, sent+more == count, "%s × %d: %d and %d more", name, count, sent, more)
			must.True(t, sent > 0, "%s × %d", name, count)
			must.True(t, name != "latin" || count > 10 || more == 0, "%s × %d: %d left out", name, count, more)
		}
	}
}

// TestADetailWithoutItsLongTexts: what cannot be sent is named, and what can be is.
func TestADetailWithoutItsLongTexts(t *testing.T) {
	long := strings.Repeat("ž", 3000)
	refused := errs.New(errs.NotFound, "RETRACTED", "was retracted: %s", long).
		Detail(&errdetails.ResourceInfo{ResourceName: "statements/s1", Owner: "editor", Description: long})
	st := errs.ToStatus(refused)
	must.True(t, trailers(t, st) <= mostTrailers, "%d", trailers(t, st))
	must.Equal(t, errs.Info(st).GetMetadata()["left_out"], "description")
	sent, ok := st.Details()[1].(*errdetails.ResourceInfo)
	must.True(t, ok, "%T", st.Details()[1])
	must.Equal(t, sent.GetResourceName()+sent.GetOwner()+sent.GetDescription(), "statements/s1editor")
	original, ok := refused.Details[0].(*errdetails.ResourceInfo)
	must.True(t, ok && original.GetDescription() == long, "the error itself was changed")

	short := errs.ToStatus(errs.New(errs.NotFound, "RETRACTED", "gone").Detail(&errdetails.ResourceInfo{Description: long[:2000]}))
	must.Equal(t, errs.Info(short).GetMetadata()["left_out"], "")
}

// TestATextThatFitsIsWhole: a program may read a list in it.
func TestATextThatFitsIsWhole(t *testing.T) {
	long := strings.Repeat("metrics/gdp, ", 55)
	st := errs.ToStatus(errs.Invalid("metric", "TOO_MANY_METRICS", "%s", long).With("metrics", long).About("onrecord.dev/Metric", "metrics/gdp"))
	must.Equal(t, st.Message(), "metric: "+long)
	must.Equal(t, errs.Info(st).GetMetadata(), map[string]string{"metrics": long})
	bad, ok := st.Details()[1].(*errdetails.BadRequest)
	must.True(t, ok, "%T", st.Details()[1])
	must.Equal(t, bad.GetFieldViolations()[0].GetDescription(), long)
}

// TestWhatDoesNotFitIsNamed: entries and details that no shorter texts make fit.
func TestWhatDoesNotFitIsNamed(t *testing.T) {
	many := make([]string, 3000)
	for i := range many {
		many[i] = strconv.Itoa(i)
	}
	st := errs.ToStatus(errs.New(errs.Aborted, "STALE", "changed").With("all", strings.Join(many, ",")).With("record_time", "2020").MaybeWritten().
		Detail(&errdetails.DebugInfo{StackEntries: many}).Detail(&errdetails.RetryInfo{}))
	must.Equal(t, errs.Info(st).GetMetadata(), map[string]string{"left_out": "all,DebugInfo", "record_time": "2020", "write_outcome": "UNKNOWN"})
	must.Equal(t, len(st.Details()), 2)
	_, kept := st.Details()[1].(*errdetails.RetryInfo)
	must.True(t, kept, "%T", st.Details()[1])
}

// TestAnyErrorFitsInTrailers, with its code and reason and in valid UTF-8, whatever it holds.
func TestAnyErrorFitsInTrailers(t *testing.T) {
	piece := rapid.SampledFrom([]string{"", "a", "name", "\xff", "\xe2\x82", "不", "%", "\n", "\x00", "…", "\U0001F600"})
	rapid.Check(t, func(r *rapid.T) {
		text := func(what string) string {
			return strings.Repeat(piece.Draw(r, what), rapid.SampledFrom([]int{1, 3, 199, 600, 601, 3000}).Draw(r, what+" times")) + piece.Draw(r, what+" end")
		}
		count := func(what string) int { return rapid.SampledFrom([]int{0, 0, 1, 2, 40, 300}).Draw(r, what) }
		kind := rapid.SampledFrom([]errs.Kind{errs.Internal, errs.InvalidArgument, errs.NotFound}).Draw(r, "kind")
		e := errs.New(kind, "SOME_REASON", "%s", text("message"))
		violations := count("violations")
		for i, field, description := 0, text("field"), text("description"); i < violations; i++ {
			_ = e.Field(field+strconv.Itoa(i), description)
		}
		for i, key, value := count("entries"), text("key"), text("value"); i > 0; i-- {
			_ = e.With(key+strconv.Itoa(i), value)
		}
		if rapid.Bool().Draw(r, "about") {
			_ = e.About(text("type"), text("name"))
		}
		for i, name, entry := min(count("details"), 10), text("resource"), text("entry"); i > 0; i-- {
			_ = e.Detail(&errdetails.ResourceInfo{ResourceName: name}).Detail(&errdetails.DebugInfo{StackEntries: []string{entry, entry}})
		}
		st := errs.ToStatus(e.MaybeWritten())
		info := errs.Info(st)
		must.True(r, trailers(t, st) <= mostTrailers, "%d", trailers(t, st))
		must.Equal(r, info.GetReason(), "SOME_REASON")
		must.Equal(r, info.GetMetadata()["write_outcome"], "UNKNOWN")
		must.Equal(r, st.Code() == codes.Internal, kind == errs.Internal)
		must.Equal(r, errs.ErrorID(st) != "", kind == errs.Internal)
		must.True(r, utf8.ValidString(st.Message()), "%q", st.Message())
		if kind != errs.Internal {
			sent := 0
			for _, detail := range st.Details() {
				if bad, ok := detail.(*errdetails.BadRequest); ok {
					sent = len(bad.GetFieldViolations())
				}
			}
			more, _ := strconv.Atoi(info.GetMetadata()["more_violations"])
			must.Equal(r, sent+more, violations)
			must.Equal(r, sent > 0, violations > 0)
		}
	})
}
