package allinone

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

// start is what happens once the services answer: the example record is loaded
// and the person who started the program is told where to look.
func (n *node) start() lifecycle.Component {
	stopping := make(chan struct{})
	return lifecycle.Component{
		Serve: func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			go func() {
				select {
				case <-stopping:
					cancel()
				case <-ctx.Done():
				}
			}()
			n.welcome(ctx)
			<-ctx.Done()
			return nil
		},
		Stop: func(context.Context) error {
			close(stopping)
			return nil
		},
	}
}

// welcome loads the example record and says where to look. An example that is refused ends
// nothing: whoever asks the server meanwhile may have written what it meets.
func (n *node) welcome(ctx context.Context) {
	fmt.Fprintf(n.program.Out, "onrecord %s: record in %s and %s\n", n.program.Telemetry.Build().Version,
		n.cfg.place("statements"), n.cfg.place("metrics"))
	var loaded bool
	if n.cfg.Examples {
		var err error
		loaded, err = n.loadExamples(auth.AsOwn(ctx))
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			fmt.Fprintf(n.program.Out, "the example record is not loaded, or not all of it: %v\n", err)
		}
	}
	n.printAddresses(loaded)
}

// printAddresses says what to open.
func (n *node) printAddresses(examplesLoaded bool) {
	base := n.cfg.Scheme() + "://" + reachable(n.httpAddr)
	lines := [][2]string{{base + "/", "the explorer"}}
	if examplesLoaded {
		lines = append(lines,
			[2]string{base + "/documents/goods-trade-note", "a note with its figures and a quotation in place"},
			[2]string{base + "/documents/afp-2023-11-18", "a report whose text is withheld: quotations and figures"},
			[2]string{base + "/metrics/bilateral-goods-trade", "a series, drawn"},
			[2]string{base + "/v1/figures/afp-2023-11-18-bilateral-trade", "one figure, over REST"},
		)
	}
	lines = append(lines,
		[2]string{base + "/v1/metrics", "REST"},
		[2]string{base + "/docs", "the API reference; /openapi.json is its source"},
		[2]string{reachable(n.grpcAddr), "gRPC, with reflection"},
	)
	if n.adminAddr != nil {
		lines = append(lines, [2]string{n.cfg.Scheme() + "://" + reachable(n.adminAddr) + "/metrics", "telemetry of this process"})
	}
	width := 0
	for _, line := range lines {
		width = max(width, len(line[0]))
	}
	var out strings.Builder
	out.WriteString("serving; open\n")
	for _, line := range lines {
		fmt.Fprintf(&out, "  %-*s  %s\n", width, line[0], line[1])
	}
	out.WriteString("Ctrl-C stops it: requests that run are finished first.\n")
	fmt.Fprint(n.program.Out, out.String())
}

// reachable is a listener's address as a browser on this machine can use it.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return addr.String()
}
