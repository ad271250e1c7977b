// Package decimal holds the one number type that stored and returned values may have.
//
// Why: a claim and its check must agree to the last digit, and "1.10" is not "1.1" to a reader who asks how precisely
// something was reported. So a Decimal is exact, keeps the form it was printed in, and is bounded: at most [MaxDigits]
// significant digits and an adjusted exponent within ±[MaxExponent]. What does not fit is refused, never rounded; only
// computed results are rounded (half to even, to MaxDigits), and the operation says so.
//
// The text form is that of google.type.Decimal, normalised as its documentation asks:
//
//	"+2.5"  → "2.5"      no explicit plus
//	".5"    → "0.5"      no empty integer part; "5." → "5"
//	"2.5e8" → "2.5E+8"   upper-case exponent with a sign and without leading zeros; "2.5E0" → "2.5"
//	"007"   → "7"        no leading zeros; "-0.0" → "0.0": zero has no sign
//
// Every other text, which is all canonical plain notation, comes back byte for byte: "1.10" stays "1.10", "3000" stays
// "3000". Trailing zeros are significant digits here because they are kept: "1.10" has three.
//
// What may go here: arithmetic, ordering and text of decimals. Units, scales in words, currencies and protobuf messages
// belong to the services. No binary floating point type may appear in this package.
package decimal
