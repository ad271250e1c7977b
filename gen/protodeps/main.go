// Command protodeps writes the third-party .proto files that onrecord's own
// import, as text, from the descriptors linked into this module. Their version
// is therefore always the version of the Go types that the stubs are compiled
// against, and no file of theirs needs to be kept here.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/jhump/protoreflect/v2/protoprint"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	_ "google.golang.org/genproto/googleapis/api/httpbody"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

func main() {
	out := flag.String("out", ".deps/proto", "folder to write to")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "protodeps:", err)
		os.Exit(1)
	}
}

// write prints every linked file except the well-known types, which buf brings
// itself.
func write(out string) error {
	printer := protoprint.Printer{Compact: true}
	var err error
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(file.Path(), "google/protobuf/") {
			return true
		}
		err = writeFile(printer, filepath.Join(out, filepath.FromSlash(file.Path())), file)
		return err == nil
	})
	return err
}

func writeFile(printer protoprint.Printer, path string, file protoreflect.FileDescriptor) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := printer.PrintProtoFile(file, f); err != nil {
		f.Close()
		return fmt.Errorf("print %s: %w", file.Path(), err)
	}
	return f.Close()
}
