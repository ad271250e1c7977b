package pages

import "github.com/google/go-cmp/cmp/cmpopts"

// cmpEmptySlices takes nil and empty lists for the same.
var cmpEmptySlices = cmpopts.EquateEmpty()
