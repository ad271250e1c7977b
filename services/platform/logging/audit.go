package logging

import (
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Audit returns the logger of what must be on record whatever is logged besides: no
// level silences its lines.
func Audit(log *zap.Logger) *zap.Logger {
	return log.Named("audit").WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core { return always{core} }))
}

// always is a core that takes every line.
type always struct{ zapcore.Core }

// Enabled implements zapcore.Core.
func (a always) Enabled(zapcore.Level) bool { return true }

// With implements zapcore.Core.
func (a always) With(fields []zapcore.Field) zapcore.Core { return always{a.Core.With(fields)} }

// Check implements zapcore.Core.
func (a always) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return checked.AddCore(entry, a)
}
