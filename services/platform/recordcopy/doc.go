// Package recordcopy moves a record from one database to another, whichever
// engines they are, with every revision at the record time that it has: what was
// answered as of a time is answered so by the copy.
//
// Why: a store outgrows its engine, is moved to another machine, or is wanted as
// it stood at a time. Copying tables would tie the two engines' schemas to each
// other; so the changes of the source are written again into the target, in
// their order, through the code that wrote them first, and what follows from them
// (search entries, series, references) is made anew. How far the target's record
// goes says where to continue after an interruption. In the end the revisions of
// both sides are read as they lie in the tables, not as changes, and compared.
//
// What may go here: the loop, the tables that every service has (see package work),
// and the comparison. What a change is belongs to the services.
package recordcopy
