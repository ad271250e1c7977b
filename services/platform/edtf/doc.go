// Package edtf reads the dates of the valid axis: the Extended Date/Time Format of the Library of Congress, which is part
// of ISO 8601-2:2019.
//
// Why: sources say "2023", "November 2023" or "about 2022", and a fact must keep the precision it came with. So the text is
// kept as it came, and half-open bounds [Start, End) in UTC are computed from it for filtering and sorting.
//
// What is read:
//
//	2023  2023-11  2023-11-04              level 0: year, month, day
//	2023-11-04T10:20:30Z  …+01:00          level 0: a second; the bounds are in UTC
//	2019/2021-06  2004-02-01/2005          level 0: an interval of dates, both ends included
//	2019/..  ../2019  2019/  /2019         level 1: open or unknown end; both mean no bound
//	2022?  2022-06~  2022%  2019~/2021?    level 1: uncertain, approximate, both
//	201X  20XX  2004-XX  2004-XX-XX  2004-07-XX   level 1: unspecified digits
//	2001-21 … 2001-24                      level 1: spring, summer, autumn, winter
//	2001-33 … 2001-41                      level 2: quarters (33–36), four-month periods (37–39), half-years (40–41)
//
// Decisions that a reader should know:
//
//   - Qualifiers (? ~ %) do not widen the bounds: "2022~" has the bounds of 2022. How far "about" reaches is not ours to
//     guess; Approximate and Uncertain say that it was there.
//   - Seasons 21–24 do not say which hemisphere, so their bounds are the calendar year.
//   - Years are 0001 to 9998: the exclusive end of 9999 is not expressible in RFC 3339, and 9999 mostly stands for an
//     open end, which is written "..".
//   - A time of day needs Z or an offset. Without one its instant is unknown.
//   - Other level-2 forms are refused with reason Unsupported, so that they are not mistaken for typing errors.
//
// What may go here: the syntax of dates and the calendar arithmetic that follows from it. Fiscal years and words like "last
// year" belong to the services.
package edtf
