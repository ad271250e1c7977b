package pgserver

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// endTimeout bounds how long a server may take to end after its signal.
const endTimeout = time.Minute

// supervisor runs a server until it is told a signal on standard input, or until
// nobody is left who could tell one: then the server ends at once and its folder
// is removed. So a server never outlives its owner, not even one that was killed.
const supervisor = `
"$@" >>"$FOLDER/log" 2>&1 </dev/null &
server=$!
read -r signal || signal=
kill -s "${signal:-$LAST}" "$server"
kill -s CONT "$server"
wait "$server"
[ -n "$signal" ] || rm -rf "$FOLDER"
`

// supervised is a server program that runs.
type supervised struct {
	cmd  *exec.Cmd
	tell io.WriteCloser
}

// supervise starts a server. last is the signal that ends it when its owner is gone.
func supervise(folder, last string, server ...string) (*supervised, error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", supervisor, "supervisor"}, server...)...)
	cmd.Dir = folder
	cmd.Env = append(environment(), "FOLDER="+folder, "LAST="+last)
	if err := unprivileged(cmd); err != nil {
		return nil, err
	}
	tell, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &supervised{cmd: cmd, tell: tell}, nil
}

// end ends the server by a signal and waits until it is gone. No signal is the
// last one: its folder goes too.
func (s *supervised) end(signal string) error {
	if signal != "" {
		if _, err := io.WriteString(s.tell, signal+"\n"); err != nil {
			return fmt.Errorf("the supervisor of a test server is gone: %w", err)
		}
	}
	s.tell.Close()
	late := time.AfterFunc(endTimeout, func() { s.cmd.Process.Kill() }) //nolint:errcheck // It may have ended just now.
	defer late.Stop()
	// The supervisor's exit status is that of its last command and says nothing.
	s.cmd.Wait() //nolint:errcheck // See above.
	if !late.Stop() {
		return fmt.Errorf("a test server did not end within %v of signal %q", endTimeout, signal)
	}
	return nil
}

// run runs a program to its end, as the user who runs the servers.
func run(ctx context.Context, folder, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = folder, environment()
	if err := unprivileged(cmd); err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, out)
	}
	return nil
}

// environment is this process's without what would steer PostgreSQL's programs.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "TZ=UTC", "LC_ALL=C"}
}

// newFolder makes a folder that the servers' user owns.
func newFolder(in string) (string, error) {
	folder, err := os.MkdirTemp(in, "onrecord-postgres-")
	if err != nil {
		return "", err
	}
	return folder, give(folder)
}

// Give makes the servers' user the owner of a file or folder.
func Give(path string) error { return give(path) }

// writeFile writes a file that only the servers' user reads.
func writeFile(path, content string) error {
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return err
	}
	return give(path)
}

// logOf returns what a server wrote to its log.
func logOf(folder string) string {
	content, err := os.ReadFile(filepath.Join(folder, "log"))
	if err != nil {
		return err.Error()
	}
	return string(content)
}
