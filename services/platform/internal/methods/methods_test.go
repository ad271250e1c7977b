package methods_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/internal/methods"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestIsRead(t *testing.T) {
	for name, want := range map[string]bool{
		"/p.S/GetDocument": true, "/p.S/ListFigures": true, "/p.S/BatchGetFigures": true, "/p.S/SearchFacts": true,
		"/p.S/QuerySeries": true, "/p.S/ReadDocument": true, "/p.S/CountStatements": true, "/p.S/ResolveEntity": true, "/p.S/Get": true,
		"/p.S/CompareFigure": true, "/p.S/ExportEvidence": true, "/p.S/FindStagedDocuments": true, "/p.S/Watch": true, "/p.S/VerifyFigures": false,
		"/p.S/CreateDocument": false, "/p.S/BatchCreateFigures": false, "/p.S/Readmit": false, "/p.S/Listen": false, "": false,
		"/p.GetService/Delete": false,
	} {
		must.Equal(t, methods.IsRead(name), want)
	}
}

func TestSplit(t *testing.T) {
	for name, want := range map[string][2]string{
		"/p.S/M": {"p.S", "M"}, "M": {"", "M"}, "/a/b/M": {"a/b", "M"}, "": {"", ""},
	} {
		service, method := methods.Split(name)
		must.Equal(t, [2]string{service, method}, want)
	}
}
