package command

import (
	"context"
	"fmt"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
)

// Key makes an API key.
type Key struct {
	Caller string `arg:"" help:"Who calls with it: the id that revisions and logs show."`
	Role   string `arg:"" enum:"reader,editor,admin" help:"What the caller may do: reader, editor or admin."`
}

// Run prints the key to standard output, where it can be piped to where it is kept,
// and the line of the access list to standard error. Only the line is to be kept on
// servers: the key does not follow from it.
func (k *Key) Run(_ context.Context, process Process) error {
	if !auth.ValidCaller(k.Caller) {
		return usage("the caller has 1 to %d visible ASCII characters without #, and is neither %s nor onrecord", caller.MaxLen, caller.Anonymous)
	}
	key := auth.NewKey()
	fmt.Fprintf(process.Err, "%s %s %s\n", k.Caller, k.Role, auth.HashKey(key))
	if _, err := fmt.Fprintln(process.Out, key); err != nil {
		return fmt.Errorf("print the key: %w", err)
	}
	return nil
}
