// Package chart draws the figures of one series as SVG.
//
// Why a package of its own: this is the only place of the gateway where a value
// becomes a binary floating point number, and only to be put on paper. What a
// reader can quote from a drawing is text made from exact decimals; the drawing
// itself claims no more than its source: a bound is a band that ends at the
// bound and is open on the other side, never a midpoint; a line joins
// only adjacent periods, and only numbers of one source; the value axis always
// shows zero.
//
// The scales and the placing are done by gonum.org/v1/plot, whose output is then
// rewritten: classes instead of colours and style attributes, so that the page's
// style sheet themes it and a strict content security policy lets it through;
// role, title and description, so that it can be read aloud; a title and a link
// on every mark. The bytes depend on the input alone.
//
// What may go here: geometry and SVG. It knows no message of the API; what the
// words say is for its callers.
package chart
