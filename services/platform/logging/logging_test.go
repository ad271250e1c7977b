package logging_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc/grpclog"

	"github.com/onrecord/onrecord/services/platform/logging"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestJSONUnlessOnATerminal(t *testing.T) {
	var out bytes.Buffer
	log, level, err := logging.New("info", "", &out)
	must.OK(t, err)
	log.Debug("hidden")
	level.SetLevel(zapcore.DebugLevel)
	log.Debug("shown", zap.Duration("took", time.Second))

	var line struct {
		Level, Msg, Took, TS string
	}
	must.OK(t, json.Unmarshal(out.Bytes(), &line))
	must.Equal(t, line.Level, "debug")
	must.Equal(t, line.Msg, "shown")
	must.Equal(t, line.Took, "1s")
	stamp := must.Get(time.Parse(time.RFC3339Nano, line.TS))(t)
	must.Equal(t, stamp.Location(), time.UTC)
}

func TestConsole(t *testing.T) {
	var out bytes.Buffer
	log, _, err := logging.New("warn", logging.Console, &out)
	must.OK(t, err)
	log.Warn("careful")
	must.Contains(t, out.String(), "WARN")
	must.Contains(t, out.String(), "careful")
}

func TestWrongSettings(t *testing.T) {
	_, _, err := logging.New("loud", "", &bytes.Buffer{})
	must.Contains(t, err.Error(), "debug, info, warn or error")
	_, _, err = logging.New("info", "xml", &bytes.Buffer{})
	must.Contains(t, err.Error(), "console or json")
}

// TestNoLevelSilencesTheAudit: it tells who did what, and who changed the level.
func TestNoLevelSilencesTheAudit(t *testing.T) {
	var out bytes.Buffer
	log, level, err := logging.New("error", "", &out)
	must.OK(t, err)
	audit := logging.Audit(log).With(zap.String("caller", "desk"))
	log.Info("hidden")
	audit.Info("audit")
	level.SetLevel(zapcore.DebugLevel)
	level.SetLevel(zapcore.FatalLevel)
	audit.Info("audit")

	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	must.Equal(t, len(lines), 2)
	for _, line := range lines {
		var said struct{ Logger, Msg, Caller string }
		must.OK(t, json.Unmarshal(line, &said))
		must.Equal(t, said, struct{ Logger, Msg, Caller string }{"audit", "audit", "desk"})
	}
}

// TestLinesOfGRPCAreLinesOfTheLog: at levels that wake nobody for what a request can
// bring about.
func TestLinesOfGRPCAreLinesOfTheLog(t *testing.T) {
	var out bytes.Buffer
	log, level, err := logging.New("info", logging.JSON, &out)
	must.OK(t, err)
	logging.ForGRPC(log)
	grpclog.Info("hidden")
	grpclog.Component("core").Warningf("hidden %d", 1)
	must.False(t, grpclog.V(0))
	grpclog.Errorf("Marshal error: %v", "no UTF-8")
	level.SetLevel(zapcore.DebugLevel)
	must.True(t, grpclog.V(2))
	grpclog.Component("core").Infoln("subchannel", 1)
	level.SetLevel(zapcore.ErrorLevel)
	grpclog.Error("hidden")

	type line struct{ Level, Logger, Msg string }
	var lines []line
	for decoder := json.NewDecoder(&out); decoder.More(); {
		var said line
		must.OK(t, decoder.Decode(&said))
		lines = append(lines, said)
	}
	must.Equal(t, lines, []line{{"warn", "grpc", "Marshal error: no UTF-8"}, {"debug", "grpc", "[core] subchannel 1"}})
}
