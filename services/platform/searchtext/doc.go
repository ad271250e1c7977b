// Package searchtext turns texts and queries into tokens, so that full-text search means the same on every storage engine.
//
// Why: engines differ in how they cut, fold and stem words, and in how they rank. So words are made here, once, for rows
// and queries alike; an engine only stores tokens, joined by single spaces, and finds rows that hold them. A token is made
// of ASCII lower-case letters and digits and of letters, digits and marks beyond ASCII; so FTS5's "ascii" tokenizer and
// PostgreSQL's array_to_tsvector take it as it is.
//
// How tokens are made:
//
//   - The text is brought to NFKC and cut by the word boundaries of UAX #29, untailored. So Han characters and Hiragana
//     are one token each, and so are the syllable clusters of Thai, Lao, Khmer and Burmese, which are written without
//     spaces.
//   - Case is folded fully (straße → strasse) and accents are dropped from Latin, Greek, Cyrillic, Hebrew and Arabic
//     letters (électriques → electriques, ё → е, أ → ا); ø, ł, đ, æ, œ, þ, ð, ı become o, l, d, ae, oe, th, d, i. Marks of
//     other scripts are letters in their own right and stay. Decimal digits of all scripts become ASCII digits.
//   - Apostrophes vanish (don't → dont), but an elided French, Catalan or Italian article is a word (l'eau → l, eau), and
//     so is a final s (Niger's → niger, s).
//   - Points vanish between single letters (U.S. → us) and cut otherwise (3.5 → 3, 5; example.com → example, com).
//   - A comma before a group of three digits vanishes (3,000 → 3000) and cuts otherwise. Other connectors cut.
//   - A token is cut off after MaxTokenLength code points.
//
// A row is stored with the stems of its words too, where its language has a Snowball stemmer (see Entry); a plain word of
// a query can match by its stem (see Query.Stemmed). Phrases, prefixes and exclusions go by the letters. A stem token
// begins with a symbol and its language, so it is no token of any text.
//
// Ranking is a pure function of row and query; see Query.Score. What an index can tell of a row bounds it; see Clues.
//
// What may go here: tokens, the query language, matching and ranking. Indexes belong to the storage packages.
package searchtext
