// Package places knows the places that statistics are about by their codes.
//
// Why: one agency writes US, another USA, a third 840, and an article "American". A figure's place is a code of a list that everybody
// can look up, codes that were withdrawn included: old figures are about countries that are no more. Which place a text means is
// answered with every candidate, never guessed.
//
// # Where the tables are from
//
// Two files are embedded, both of tab-separated lines made from other data, of which the codes, names and relations were taken:
//
//   - Countries, regions and Wikidata ids: datasets/country-codes (https://github.com/datasets/country-codes, data/country-codes.csv,
//     commit caa72d1e, Public Domain Dedication and License 1.0), which has them from ISO 3166-1, UN M49, UNTERM and Wikidata.
//   - Names to show and further names in English, Spanish and German: CLDR 47 (https://github.com/unicode-org/cldr-json, commit b08a82b5,
//     Unicode License V3, whose notice is in LICENSE-unicode.txt).
//   - Adjectives and short names: datacommonsorg/mixer (https://github.com/datacommonsorg/mixer, commit 6ea683c3, Apache License 2.0).
//   - Subdivisions (ISO 3166-2) and former countries (ISO 3166-3): the npm package iso-3166 4.4.0
//     (https://github.com/wooorm/iso-3166, MIT License, Copyright (c) 2020 Titus Wormer, whose notice is in LICENSE-iso-3166.txt), which
//     gathers them from Wikipedia.
//
// By hand, from the standards: successors, numeric codes and Wikidata ids of former countries that were missing; former codes of six
// countries that kept their name (Romania's ROM and five numeric ones); the region 003 and what lies in it; some names and adjectives in
// common use. Subdivisions have no Wikidata ids here, regions few.
//
// By hand too: the European Union, the euro area and Kosovo, for which trade and money are counted and which ISO 3166-1 does not list. EU
// and EZ are reserved there, XK is free for users and is what the European Commission and the IMF write; EUU, EMU and XKX are the World
// Bank's, U2 is the ECB's. Who their members are changes with time, so no country is within them; one composition, as EU28, is no place.
//
// What may go here: codes, names, containment. Figures and what a document says belong elsewhere.
package places
