package datafile

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// mlBase begins the namespaces of SDMX-ML; after it come the version and what it is of.
const mlBase = "http://www.sdmx.org/resources/sdmxml/schemas/"

// mlVersions are those that are read: 3.0 and 3.1 say what 2.1 says, structured alike.
var mlVersions = []string{"v2_1", "v3_0", "v3_1"}

// mlNames are the namespaces of a version.
type mlNames struct{ message, footer, common, generic, specific string }

func mlNamesOf(version string) mlNames {
	base := mlBase + version + "/"
	return mlNames{base + "message", base + "message/footer", base + "common", base + "data/generic", base + "data/structurespecific"}
}

// askForData says how to get what is read.
const askForData = "ask its source for data as SDMX-CSV, SDMX-JSON or SDMX-ML 2.1, such as by Accept: application/vnd.sdmx.data+csv;version=2.0.0"

// mlErrorRoot is the message of a service that has nothing but an error to say.
const mlErrorRoot = "Error"

// mlRoot is what a message is by its root: its namespaces, whether its data are generic,
// or why it is not read.
func mlRoot(root xml.Name) (names mlNames, generic bool, wrong *fault) {
	refuse := func(what string, says ...any) (mlNames, bool, *fault) {
		return mlNames{}, false, &fault{UnsupportedFormat, "", "it is " + fmt.Sprintf(what, says...)}
	}
	version := mlVersionOf(root.Space)
	switch {
	case strings.EqualFold(root.Local, "html"):
		return refuse("a web page (HTML) and no data: did the download answer with a page for people? Otherwise %s", askForData)
	case version == "":
		return refuse("XML, and no message of SDMX-ML: its root is %q of the namespace %q", root.Local, root.Space)
	case !slices.Contains(mlVersions, version):
		return refuse("SDMX-ML %s, which is not read: %s", strings.ReplaceAll(strings.TrimPrefix(version, "v"), "_", "."), askForData)
	}
	names = mlNamesOf(version)
	switch kind := root.Local; {
	case root.Space != names.message:
		return refuse("a part of SDMX-ML, %q, and no message: %s", kind, askForData)
	case kind == "GenericData", kind == "GenericTimeSeriesData":
		return names, true, nil
	case kind == "StructureSpecificData", kind == "StructureSpecificTimeSeriesData", kind == mlErrorRoot:
		return names, false, nil
	case kind == "Structure":
		return refuse("a structure message of SDMX-ML, codelists and data structures, and no data: %s", askForData)
	case kind == "RegistryInterface":
		return refuse("a message of an SDMX registry, which says where data are, and no data: %s", askForData)
	case strings.HasSuffix(kind, "Metadata"), kind == "MetadataSet":
		return refuse("reference metadata of SDMX-ML (%s), texts about data, and no data: %s", kind, askForData)
	case strings.HasSuffix(kind, "Query"):
		return refuse("a query of SDMX-ML (%s), and no answer to one: %s", kind, askForData)
	default:
		return refuse("a message of SDMX-ML (%s) that has no data: %s", kind, askForData)
	}
}

// mlVersionOf is the version in a namespace of SDMX-ML, "" of another. Those of versions
// 1 and 2.0 are written with capitals.
func mlVersionOf(namespace string) string {
	if len(namespace) < len(mlBase) || !strings.EqualFold(namespace[:len(mlBase)], mlBase) {
		return ""
	}
	version, _, _ := strings.Cut(namespace[len(mlBase):], "/")
	return version
}

// setAttributes are what a data set says of itself and of no component. They stand in a
// namespace, or in none as many write them.
var setAttributes = []string{
	"structureRef", "setID", "action", "dataScope", "reportingBeginDate", "reportingEndDate", "validFromDate", "validToDate",
	"publicationYear", "publicationPeriod",
}
