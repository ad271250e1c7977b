package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// maxBatchGet is how many statements are asked for at a time: their names are
// part of a URL.
const maxBatchGet = 500

// statements puts statements on record in batches.
func (i *Import) statements(ctx context.Context, items []item) error {
	outcomes := make([]outcome, 0, len(items))
	var batch []item
	size := 0
	flush := func() error {
		done, err := i.batch(ctx, batch)
		outcomes, batch, size = append(outcomes, done...), nil, 0
		return err
	}
	for _, it := range items {
		if length := proto.Size(it.message); size > 0 && size+length > batchBytes/2 { // JSON is longer
			if err := flush(); err != nil {
				return err
			}
		}
		batch, size = append(batch, it), size+proto.Size(it.message)
	}
	if err := flush(); err != nil {
		return err
	}
	return i.settle(outcomes)
}

// batch puts statements on record, all but those that are refused.
func (i *Import) batch(ctx context.Context, items []item) ([]outcome, error) {
	var outcomes []outcome
	for len(items) > 0 {
		err := i.createAll(ctx, items)
		if err == nil {
			for _, it := range items {
				outcomes = append(outcomes, outcome{item: it, later: mergeOf(it)})
			}
			return outcomes, nil
		}
		answered, ok := errors.AsType[*client.Error](err)
		if !ok || !answered.OfRequest() {
			return outcomes, err
		}
		// Where the first fault alone was looked for, the halves are small enough for all sooner.
		if answered.More != client.MoreUnknown || len(items) == 1 {
			rest, done, err := i.withoutBad(ctx, items, answered)
			outcomes = append(outcomes, done...)
			if err != nil {
				return outcomes, err
			}
			if len(done) > 0 || changed(items, rest) {
				items = rest
				continue
			}
		}
		if len(items) == 1 {
			refused, err := refusalOf(answered, items[0])
			return append(outcomes, outcome{item: items[0], refused: refused}), err
		}
		// The answer does not say which: half of them at a time.
		first, err := i.batch(ctx, items[:len(items)/2])
		outcomes = append(outcomes, first...)
		if err != nil {
			return outcomes, err
		}
		items = items[len(items)/2:]
	}
	return outcomes, nil
}

// changed says that items were replaced by such that wait for less.
func changed(items, rest []item) bool {
	return slices.ContainsFunc(rest, func(it item) bool {
		return !slices.ContainsFunc(items, func(other item) bool { return other.message == it.message })
	})
}

func (i *Import) createAll(ctx context.Context, items []item) error {
	requests := make([]map[string]any, len(items))
	for n, it := range items {
		statement, _ := it.message.(*statementsv1.Statement)
		content, err := written(statement, func(s *statementsv1.Statement) { s.Name = "" })
		if err != nil {
			return err
		}
		requests[n] = map[string]any{"statement": json.RawMessage(content), "statementId": idOf(statement.GetName())}
	}
	body, err := json.Marshal(map[string]any{"requests": requests, "requestId": uuid.NewString()})
	if err != nil {
		return err
	}
	_, err = i.Server.Call(ctx, http.MethodPost, "statements:batchCreate", nil, body)
	return err
}

var inBatch = regexp.MustCompile(`^requests\[(\d+)\]\.?`)

// requestPath is the part of a field's path that says which request of a batch
// it is.
func requestPath(field string) string { return inBatch.FindString(field) }

// withoutBad takes from a batch what the server refused of it: what is on record
// already, what only its links keep away, which then follow at the end, and what
// is wrong.
func (i *Import) withoutBad(ctx context.Context, items []item, answered *client.Error) (rest []item, done []outcome, err error) {
	if strings.HasSuffix(answered.Reason, existsSuffix) {
		return i.withoutPresent(ctx, items)
	}
	faults := make(map[int][]client.Violation, len(answered.Violations))
	for _, violation := range answered.Violations {
		if at := inBatch.FindStringSubmatch(violation.Field); at != nil {
			if n, err := strconv.Atoi(at[1]); err == nil && n < len(items) {
				faults[n] = append(faults[n], violation)
			}
		}
	}
	for n, it := range items {
		if len(faults[n]) == 0 {
			rest = append(rest, it)
			continue
		}
		refused := &refusal{reason: answered.Reason}
		onlyLinks := true
		for k := range faults[n] {
			refused.take(faults[n][len(faults[n])-1-k], it) // the first one last
			onlyLinks = onlyLinks && isUnder(refused.field, linksLater)
		}
		if !onlyLinks {
			done = append(done, outcome{item: it, refused: refused})
			continue
		}
		rest = append(rest, withoutLinks(it))
	}
	return rest, done, nil
}

// withoutLinks is a statement whose links follow at the end, if the rest of it is put on
// record: it may have faults that the answer had no room for.
func withoutLinks(it item) item {
	without, _ := proto.Clone(it.message).(*statementsv1.Statement)
	without.Links = nil
	return item{row: it.row, message: without, without: append(it.without, laterOf(it, linksLater))}
}

// withoutPresent compares the statements of a batch with what the record has of
// their names and takes out what it has.
func (i *Import) withoutPresent(ctx context.Context, items []item) (rest []item, done []outcome, err error) {
	for part := range slices.Chunk(items, maxBatchGet) {
		have, err := i.batchGet(ctx, part)
		if err != nil {
			return nil, done, err
		}
		if have != nil {
			for n, it := range part {
				out, err := i.found(ctx, it, have[n])
				if err != nil {
					return nil, done, err
				}
				done = append(done, out)
			}
			continue
		}
		// Not all are there.
		compared, err := parallel(ctx, alone(part), func(ctx context.Context, it item) (outcome, error) {
			return i.compare(ctx, it, &statementsv1.Statement{})
		})
		if err != nil {
			return nil, done, err
		}
		slices.SortStableFunc(compared, func(a, b outcome) int { return a.row.Line - b.row.Line })
		for _, out := range compared {
			if out.refused != nil && strings.HasSuffix(out.refused.reason, notFoundSuffix) {
				rest = append(rest, out.item)
			} else {
				done = append(done, out)
			}
		}
	}
	return rest, done, nil
}

// batchGet reads the statements on record of all items; nil if one is missing.
func (i *Import) batchGet(ctx context.Context, items []item) ([]*statementsv1.Statement, error) {
	query := url.Values{}
	for _, it := range items {
		query.Add("names", interchange.NameOf(it.message))
	}
	answer, err := i.Server.Call(ctx, http.MethodGet, "statements:batchGet", query, nil)
	if answered, ok := errors.AsType[*client.Error](err); ok && answered.OfRequest() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	have := &statementsv1.BatchGetStatementsResponse{}
	if err := unmarshal(answer, have); err != nil {
		return nil, err
	}
	return have.GetStatements(), nil
}
