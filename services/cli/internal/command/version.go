package command

import (
	"encoding/json"
	"fmt"

	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// Version prints what program this is.
type Version struct {
	Output `embed:""`
}

// Run prints it.
func (v *Version) Run(process Process) error {
	build := telemetry.ReadBuild("onrecord")
	if v.json() {
		answer, err := json.Marshal(map[string]string{
			"program": build.Program, "version": build.Version, "commit": build.Commit, "time": build.Time, "go": build.Go,
		})
		if err != nil {
			return fmt.Errorf("build information: %w", err)
		}
		return printJSON(process, answer)
	}
	fmt.Fprintf(process.Out, "%s %s", build.Program, build.Version)
	if build.Commit != "" {
		fmt.Fprintf(process.Out, ", commit %s", build.Commit)
	}
	fmt.Fprintf(process.Out, ", %s\n", build.Go)
	return nil
}
