// Package numerals knows what printed numbers and their multipliers may be read as, in figures of any script and as a word.
//
// Why: a figure on record stands beside the words that its source prints, and a slip of a hand is seen where the two are compared. What is
// printed is often not one number only: "3.000" is 3 or 3000, a billion 10^9 or 10^12. So all that a text may be is answered, and nothing of
// a text that is not surely a number: who compares finds a contradiction only where none fits.
//
// # Where the tables are from
//
// multipliers.tsv are the words of the compact numbers of CLDR 48.2 (npm package cldr-numbers-full), long and short, in 68 languages, among
// them those of Europe, Arabic, Persian, Hebrew, Hindi, Bengali, Chinese, Japanese, Korean, Indonesian, Vietnamese and Swahili; a word has the
// powers of every language that it is one of, and words for a billion or trillion those of both scales. numbers.tsv are the spelled-out
// cardinals to 20 and the tens (cldr-rbnf) in 39 languages, without those that are common words of another. Both were filtered by program
// from CLDR's files and are under the Unicode License V3, whose notice is in LICENSE-unicode.txt. multipliers_more.tsv is written by hand.
//
// Fractions, dozens and words of several numbers ("tens of thousands") are not read: "a third" is a rank as well, and a dozen seldom twelve.
//
// What may go here: what texts are which numbers. Units belong to package units, and what a hedge means is for the writer to say.
package numerals
