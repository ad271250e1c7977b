package licence

// decision is what was decided by reading: about a file whose licence is not on
// the list of permissive ones, or is not recognised.
type decision struct {
	module, file string
	// testsOnly holds where the module is in no program that is shipped.
	testsOnly bool
	why       string
}

// decisions are few, and each says why. One that is of no use any more fails the
// check as well.
var decisions = []decision{
	{
		module: "codeberg.org/go-fonts/liberation", file: "LICENSE-SIL",
		why: "OFL-1.1, of fonts: they may be part of any program that gives the licence",
	},
	{
		module: "github.com/ajstarks/svgo", file: "LICENSE",
		why: "CC-BY-4.0 asks for the author to be named and no more",
	},
	{
		module: "github.com/ajstarks/svgo", file: "LICENSE-link.txt",
		why: "a link to the licence beside it",
	},
	{
		module: "github.com/golang/freetype", file: "LICENSE",
		why: "offers the FreeType License, which is permissive and is chosen here, or the GPL",
	},
	{
		module: "github.com/golang/freetype", file: "licenses/ftl.txt",
		why: "the FreeType License: asks for the FreeType Project to be named",
	},
	{
		module: "github.com/hashicorp/go-cleanhttp", file: "LICENSE", testsOnly: true,
		why: "MPL-2.0: in the check of the manifests, unchanged",
	},
	{
		module: "github.com/hashicorp/go-retryablehttp", file: "LICENSE", testsOnly: true,
		why: "MPL-2.0: in the check of the manifests, unchanged",
	},
	{
		module: "github.com/opencontainers/go-digest", file: "LICENSE.docs", testsOnly: true,
		why: "of the module's documentation, which is not used",
	},
	{
		module: "modernc.org/memory", file: "LICENSE-LOGO",
		why: "of a picture, which is not used",
	},
	{
		module: "pgregory.net/rapid", file: "LICENSE", testsOnly: true,
		why: "MPL-2.0: a tool of the tests, unchanged",
	},
}

// chosen are licences that a module keeps where others keep none.
var chosen = map[string]string{"github.com/golang/freetype": "licenses/ftl.txt"}
