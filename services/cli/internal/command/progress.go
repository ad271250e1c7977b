package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// barThrottle is how often a bar is drawn at most.
const barThrottle = 100 * time.Millisecond

// bar shows how far something is, on a terminal; elsewhere it does nothing.
type bar struct {
	drawn *progressbar.ProgressBar
	// what is done, and err where more is said of it.
	what string
	err  io.Writer
}

// newBar begins a bar on standard error. total is what there is to do, 0 if that
// is not known.
func newBar(process Process, what string, total int64, inBytes bool) *bar {
	file, ok := process.Err.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return &bar{what: what, err: process.Err}
	}
	if total == 0 {
		total = -1 // a spinner
	}
	return &bar{what: what, err: process.Err, drawn: progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(what), progressbar.OptionShowBytes(inBytes),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(barThrottle), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(total > 0), progressbar.OptionFullWidth())}
}

// set says how much is done. What cannot be drawn is not worth an error.
func (b *bar) set(done int64) {
	if b.drawn != nil {
		_ = b.drawn.Set64(done)
	}
}

// waits says for what it waits, on a line above the bar; nil is that it goes on.
func (b *bar) waits(cause error) {
	doing, line := b.what, "going on"
	if cause != nil {
		reason, _, _ := strings.Cut(cause.Error(), "\n")
		doing, line = "waiting", "waiting for the server to be back: "+reason
	}
	if b.drawn == nil {
		fmt.Fprintln(b.err, line)
		return
	}
	_ = b.drawn.Clear()
	fmt.Fprintln(b.err, line)
	b.drawn.Describe(doing)
}

// end takes the bar away.
func (b *bar) end() {
	if b.drawn != nil {
		_ = b.drawn.Finish()
	}
}
