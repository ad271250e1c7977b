// Package demodata reads two public corpora of attributed quotations as rows of
// a statements file: the English news and interviews of GUM, and German Wikinews.
//
// Only what the corpora say is taken over: an annotation without a speaker, or of
// something that was not said, is refused with its reason, and no name is guessed.
// Beside them it knows the files of public time series and SDMX samples, each with
// the mapping that says what its columns are.
//
// Neither corpora nor series are part of this project; where they come from and
// under which licences stands in the documents and figures that they become.
package demodata
