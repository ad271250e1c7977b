// Package listquery turns the filter (AIP-160) and order_by (AIP-132) of a List
// method into typed trees, and those into SQL with bound parameters only.
//
// A Schema says which fields a method offers; Columns say where an engine keeps
// them. The api packages parse, the store engines compile. Nothing that knows a
// certain resource or a certain database may go here.
//
// # Filters
//
// A filter is made of comparisons joined by AND, OR, NOT and parentheses;
// comparisons side by side are joined by AND, "-" is NOT, and OR binds tighter
// than AND (AIP-160). A word without a field is refused: that is what :search
// is for. So is a function call.
//
//	kind       value                     operators
//	String     "quoted" or one word      = !=   and : (contains, byte by byte)
//	Int        123 or "123"              = != < <= > >=
//	Bool       true or false             = !=
//	Enum       NAME or "NAME"            = !=
//	Decimal    "1e9", always quoted      = != < <= > >=   compared as decimals
//	Time       "2024-05-01T00:00:00Z"    = != < <= > >=   RFC 3339
//	Period     "2023-11", EDTF           = != < <= > >=   see below
//	StringMap  dimensions.REF_AREA       = !=   and dimensions:REF_AREA (has the key)
//	StringList "quoted" or one word      : =    (both: has the element)
//	                                     !=     where a field offers it: is set, has no such element
//
// field:* asks of any kind whether the field is set. No string is a pattern: a
// star in quotes is a star.
//
// A Period is vague, so it is compared as a stretch of time with the value's:
//
//	=   they overlap                   !=   they do not
//	<   wholly before the value        >=   not wholly before it
//	>   wholly after the value         <=   not wholly after it
//
// so that time_period >= "2010" time_period <= "2023" is every period that
// touches those years.
//
// An unset field makes each of its comparisons false, != included, and the NOT
// of each true. SQL's third truth value never shows.
package listquery
