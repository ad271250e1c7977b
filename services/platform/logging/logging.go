// Package logging builds the one logger of a program.
//
// Log lines carry names, codes, durations and ids, never payloads or secrets.
// Only the construction of loggers may go here; what is logged is decided where
// it happens.
package logging

import (
	"fmt"
	"io"
	"os"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"
)

// Formats of log lines.
const (
	// Console is for people: one aligned line each.
	Console = "console"
	// JSON is for machines: one object a line, times in RFC 3339, UTC.
	JSON = "json"
)

// New returns a logger that writes to w, and its level, which may be changed
// while it runs. Level is debug, info, warn or error. Format is Console or
// JSON; "" chooses Console when w is a terminal, else JSON.
func New(level, format string, w io.Writer) (*zap.Logger, zap.AtomicLevel, error) {
	atomic, err := zap.ParseAtomicLevel(level)
	if err != nil {
		return nil, atomic, fmt.Errorf("log level %q: use debug, info, warn or error", level)
	}
	if format == "" {
		format = defaultFormat(w)
	}
	var encoder zapcore.Encoder
	switch format {
	case Console:
		encoder = consoleEncoder()
	case JSON:
		encoder = zapcore.NewJSONEncoder(encoding())
	default:
		return nil, atomic, fmt.Errorf("log format %q: use %s or %s", format, Console, JSON)
	}
	core := zapcore.NewCore(encoder, zapcore.Lock(zapcore.AddSync(w)), atomic)
	return zap.New(core, zap.AddCaller(), zap.WithClock(utcClock{zapcore.DefaultClock})), atomic, nil
}

func consoleEncoder() zapcore.Encoder {
	config := encoding()
	config.EncodeLevel = zapcore.CapitalLevelEncoder
	config.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05.000")
	return zapcore.NewConsoleEncoder(config)
}

func encoding() zapcore.EncoderConfig {
	config := zap.NewProductionEncoderConfig()
	config.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	// "caller" is who made a request.
	config.CallerKey = "source"
	config.EncodeDuration = zapcore.StringDurationEncoder
	return config
}

// utcClock makes zap stamp lines in UTC whatever the host's zone.
type utcClock struct{ zapcore.Clock }

// Now returns the time in UTC.
func (c utcClock) Now() time.Time { return c.Clock.Now().UTC() }

func defaultFormat(w io.Writer) string {
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return Console
	}
	return JSON
}
