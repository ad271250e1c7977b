package domain_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// honestFigures are printed as sources print them, and put on record as an editor may. On a line: what is printed as number_text, value,
// multiplier_text and unit_symbol, then the figure's value, unit_mult and unit.
const honestFigures = `
3,5 | | Mrd. | Euro | 3.5 | 9 | EUR
3,5 | 3.5 | Milliarden | Schweizer Franken | 3500000000 | 0 | CHF
12 | | Millionen | Franken | 12 | 6 | BEF
zwölf | 12 | | | 12 | 0 | {hospital}
die Hälfte | | | | 50 | 0 | %
ein Drittel | | | | 33.3 | 0 | %
3 | | Millionen | Kalorien | 3 | 6 | kcal
18 | | | Meilen | 33.336 | 0 | km
5 | | | جریب | 5 | 0 | har
5 | | | libras | 5 | 0 | GBP
150 | | | cheval-vapeur | 110 | 0 | kW
18 | | | Seemeilen | 18 | 0 | [nmi_i]
2 | | Dutzend | | 24 | 0 | {egg}
5 | | Pfund | | 2.5 | 0 | kg
-0,8 | | | Prozent | -0.8 | 0 | %
860 | | billion | US$ | 860 | 9 | USD
860 | | bn | $ | 0.86 | 12 | USD
860 to 870 | | million | dollars | 865 | 6 | AUD
a dozen | 12 | | | 12 | 0 | {state}
a dozen | 13 | | | 13 | 0 | {state}
a fifth | 5 | | | 5 | 0 | {rank}
a third | | | | -67 | 0 | %
half | | | | 1.75 | 0 | %
three | | | times | 200 | 0 | %
once | 1 | | | 1 | 0 | {time}
86 | | 000 | | 86 | 3 | {person}
86 | | (000) | | 86000 | 0 | {person}
86 | | 106 | m³ | 86 | 6 | m3
5 | | bio | EUR | 5 | 9 | EUR
(4.2) | -4.2 | million | $ | -4.2 | 6 | USD
1/2 | 12 | | | 12 | 0 | {page}
5 | | | % | 0.05 | 0 | 1
3 | | million | tonnes | 3 | 0 | Mt
5 mille | | | | 5 | 0 | [nmi_i]
1 200 | | milliards | d'euros | 1.2 | 12 | EUR
un tiers | | | | 33 | 0 | %
deux | 2 | cents | | 200 | 0 | {case}
40 | | | francs suisses | 40 | 0 | CHF
2,5 | | mille milliards | yens | 2.5 | 12 | JPY
3.000 | 3000 | | euros | 3 | 3 | EUR
3 | | mil millones | dólares | 3 | 9 | MXN
3 | | mil millones | dólares estadounidenses | 3 | 9 | USD
un quinto | 5 | | | 5 | 0 | {rank}
5 | | billones | pesos | 5 | 12 | COP
1,2 | | bilhão | reais | 1.2 | 9 | BRL
12 | | mil | euros | 12 | 3 | EUR
4 | | mila | euro | 4000 | 0 | EUR
4 | | miliardi | lire | 4 | 9 | ITL
7,1 | | miljard | euro | 7.1 | 9 | EUR
7 | | biljoen | roebel | 7 | 12 | RUB
7 | | ons | | 700 | 0 | g
5 mil. | | | | 50 | 0 | km
3 | | miljarder | kronor | 3 | 9 | SEK
3 | | biljoner | kronor | 3 | 12 | SEK
18 | | mia. | kroner | 18 | 9 | DKK
5 | | mld | złotych | 5 | 9 | PLN
5 | | tys. | zł | 5 | 3 | PLN
1,5 | | трлн | рублей | 1.5 | 12 | RUB
5 тыс. | | | | 5000 | 0 | {person}
двенадцать | 12 | | | 12 | 0 | {school}
5 | | билиона | динара | 5 | 12 | RSD
12億 | | | 円 | 1200 | 6 | JPY
▲1,234 | -1234 | 百万 | 円 | -1234 | 6 | JPY
3 | | 万亿 | 元 | 3 | 12 | CNY
2 | | 亿 | 人民币 | 200 | 6 | CNY
12 | | 조 | 원 | 12 | 12 | KRW
5조 | | | | 5 | 0 | {team}
5 | | lakh crore | ₹ | 5 | 12 | INR
2 | | अरब | रुपये | 2 | 9 | NPR
1 | | mia | | 100 | 0 | {school}
1 | | शंख | | 1 | 17 | INR
25 | | | đồng | 25 | 3 | VND
18 | | | peso | 18 | 0 | CLP
18 | | | dirham | 18 | 0 | MAD
18 | | | Елена | 18 | 0 | SHP
`

// TestHonestFiguresAreAccepted: whoever is refused what is right writes what is wrong, or leaves out what is printed.
func TestHonestFiguresAreAccepted(t *testing.T) {
	for line := range strings.Lines(strings.TrimSpace(honestFigures)) {
		fields := strings.Split(line, "|")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		unit := units.Unit{System: units.UCUM, Code: fields[6]}
		if _, isMoney := units.LookupCurrency(unit.Code); isMoney {
			unit.System = units.ISO4217
		}
		mult, err := strconv.Atoi(fields[5])
		must.OK(t, err)
		for value := range slices.Values([]string{fields[1], ""}) { // with the number given, and without
			f := pointOf(t, fields[4], unit, mult)
			f.Reported = &domain.Reported{NumberText: fields[0], MultiplierText: fields[2], UnitSymbol: fields[3]}
			if value != "" {
				f.Reported.Value = ptr(num(t, value))
			}
			if err := f.Check(); err != nil {
				t.Errorf("%s: %v", strings.TrimSpace(line), err)
			}
		}
	}
}
