package command

import (
	"context"

	"github.com/onrecord/onrecord/services/cli/internal/allinone"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/logging"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// Serve runs everything in one process.
type Serve struct {
	allinone.Config `embed:""`
	Log             config.Log `embed:""`
}

// Run serves until ctx ends.
func (s *Serve) Run(ctx context.Context, process Process) error {
	log, level, err := logging.New(s.Log.Level, s.Log.Format, process.Err)
	if err != nil {
		return usage("%s", err)
	}
	logging.ForGRPC(log)
	return allinone.Run(ctx, s.Config, allinone.Program{
		Log: log, Level: level, Telemetry: telemetry.New(telemetry.ReadBuild("onrecord")), Out: process.Out, Force: process.Force,
	})
}
