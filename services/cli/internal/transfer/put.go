package transfer

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// put puts the rows of a chunk on record: what others refer to first. Within a
// kind the order is that of the file.
func (i *Import) put(ctx context.Context, rows []*row) error {
	kinds := map[string][]item{}
	seen := map[string]item{}
	for _, row := range rows {
		for _, message := range row.Messages {
			it := item{row: row, message: message}
			if err := interchange.NameFrom(message); err != nil {
				return err
			}
			name, key := interchange.NameOf(message), interchange.KeyOf(message)
			if fault := interchange.FaultOf(message); fault != "" {
				if err := i.rejectItem(it, interchange.MalformedRow, key+".name", fault); err != nil {
					return err
				}
				continue
			}
			if other, twice := seen[name]; twice {
				if err := i.twice(it, other); err != nil {
					return err
				}
				continue
			}
			seen[name] = it
			kinds[key] = append(kinds[key], it)
		}
	}
	if err := i.each(ctx, alone(kinds["document"]), i.putDocument); err != nil {
		return err
	}
	if err := i.each(ctx, byDocument(kinds["documentVersion"]), i.putVersion); err != nil {
		return err
	}
	if err := i.entities(ctx, kinds["entity"]); err != nil {
		return err
	}
	return i.statements(ctx, kinds["statement"])
}

// twice takes a resource that the same chunk has already: the same again is
// there, anything else is rejected.
func (i *Import) twice(it, other item) error {
	field := differs(it.message, other.message)
	into, is := it.message.(redirector)
	if before, _ := other.message.(redirector); field == "" && is && redirects(into, before) {
		field = interchange.KeyOf(it.message) + "." + mergeLater
	}
	if field != "" {
		return i.rejectItem(it, differsReason, field, fmt.Sprintf("line %d says something else of %s", other.row.Line, interchange.NameOf(it.message)))
	}
	i.present(interchange.KeyOf(it.message))
	return nil
}

// alone are items that do not wait for one another.
func alone(items []item) [][]item {
	all := make([][]item, len(items))
	for n, it := range items {
		all[n] = []item{it}
	}
	return all
}

// byDocument are versions, those of one document in a row: they are numbered as
// they come.
func byDocument(items []item) [][]item {
	var all [][]item
	at := map[string]int{}
	for _, it := range items {
		document := interchange.DocumentOf(interchange.NameOf(it.message))
		n, there := at[document]
		if !there {
			n = len(all)
			at[document], all = n, append(all, nil)
		}
		all[n] = append(all[n], it)
	}
	return all
}

// outcome is what came of an item.
type outcome struct {
	item

	// refused is why the record does not take it; nil if it does.
	refused *refusal
	// present says that the record had it before.
	present bool
	// later is what remains to be done.
	later []later
}

// refusal is why the record does not take a row.
type refusal struct{ reason, field, message string }

// each puts groups of items on record, several groups at a time and the items of
// a group one after the other.
func (i *Import) each(ctx context.Context, groups [][]item, one func(context.Context, item) (outcome, error)) error {
	outcomes, err := parallel(ctx, groups, one)
	if err != nil {
		return err
	}
	return i.settle(outcomes)
}

// settle counts outcomes and rejects what was refused, in the order of the file.
func (i *Import) settle(outcomes []outcome) error {
	slices.SortStableFunc(outcomes, func(a, b outcome) int { return a.row.Line - b.row.Line })
	for _, out := range outcomes {
		if out.refused != nil {
			if err := i.rejectItem(out.item, out.refused.reason, out.refused.field, out.refused.message); err != nil {
				return err
			}
			continue
		}
		key := interchange.KeyOf(out.message)
		if out.present {
			i.present(key)
		} else {
			i.created(key)
		}
		out.row.created = !out.present
		if err := i.postpone(append(out.without, out.later...)...); err != nil {
			return err
		}
	}
	return nil
}

// parallel runs one on every item. The first error ends it.
func parallel(ctx context.Context, groups [][]item, one func(context.Context, item) (outcome, error)) ([]outcome, error) {
	var mu sync.Mutex
	var outcomes []outcome
	running, ctx := errgroup.WithContext(ctx)
	running.SetLimit(writers)
	for _, group := range groups {
		running.Go(func() error {
			for _, it := range group {
				if err := ctx.Err(); err != nil {
					return fmt.Errorf("interrupted: %w", err)
				}
				out, err := one(ctx, it)
				if err != nil {
					return err
				}
				mu.Lock()
				outcomes = append(outcomes, out)
				mu.Unlock()
			}
			return nil
		})
	}
	err := running.Wait()
	return outcomes, err
}

// entities puts entities on record. One may be a member of another that comes
// later: it is tried again after the others, and then without its memberships,
// which follow at the end.
func (i *Import) entities(ctx context.Context, items []item) error {
	outcomes, err := parallel(ctx, alone(items), i.putEntity)
	if err != nil {
		return err
	}
	for n, out := range outcomes {
		if out.refused == nil || !isUnder(out.refused.field, "memberships") {
			continue
		}
		again, err := i.putEntity(ctx, out.item)
		if err != nil {
			return err
		}
		if again.refused != nil && isUnder(again.refused.field, "memberships") {
			entity, _ := out.message.(*statementsv1.Entity)
			without := proto.CloneOf(entity)
			without.Memberships = nil
			if again, err = i.putEntity(ctx, item{row: out.row, message: without}); err != nil {
				return err
			}
			again.later = append(again.later, laterOf(out.item, membershipsLater))
		}
		outcomes[n] = again
	}
	for n, out := range outcomes {
		if out.refused == nil && !out.present {
			outcomes[n].later = append(out.later, mergeOf(out.item)...)
		}
	}
	return i.settle(outcomes)
}
