package telemetry

// Set by the linker where a release is built (services/e2e/release/program): in
// a workspace the toolchain knows no release of a module, and outside a clone no
// commit. Empty in a program that was built by `go build` alone.
var (
	stampedVersion string
	stampedCommit  string
	stampedTime    string
)

// stamp puts what the linker was told over what the toolchain recorded.
func (b *Build) stamp() {
	for field, value := range map[*string]string{&b.Version: stampedVersion, &b.Commit: stampedCommit, &b.Time: stampedTime} {
		if value != "" {
			*field = value
		}
	}
}
