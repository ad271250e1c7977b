// Package resilience kills onrecord's programs at every step of what they do
// and looks at what is left: every acknowledged record is there, none is half
// there, and the same request again finishes what was cut off.
package resilience
