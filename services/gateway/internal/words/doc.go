// Package words writes the values of figures for people: numbers, bounds, hedges,
// units and periods. Pages and drawings use the same words, so that a value reads
// alike wherever it stands.
//
// Nothing here rounds, leaves out a digit or makes up a midpoint. What may go here:
// text made from one value. Links, tables and everything of HTML is for the pages.
package words
