package domain

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
)

// formulaUnit is what is known of the unit of a part of a formula: a base unit, or nothing. A number in the formula has no unit of its own
// and may be anything, such as a rate; so may a product, but for what a quotient of equal units is.
type formulaUnit struct {
	unit  units.Unit
	known bool
	// isNumber says that it is a part without variables; number is that where it is one decimal, in its shortest form, and "" else.
	isNumber bool
	number   string
	// times is the decimal that a part of this unit was multiplied by; "" if it was not. The unit is not known then.
	times string
	// difference says that it is a difference of temperatures in Cel, which is one in K too.
	difference bool
}

var (
	celsius = units.Unit{System: units.UCUM, Code: "Cel"}
	kelvin  = units.Unit{System: units.UCUM, Code: "K"}
)

// inItself are the decimals that units of shares stand for already.
var inItself = map[string]string{"%": "100", "[ppth]": "1000"}

// fits says, for people, why the result of a formula is none of a figure in a unit; "" if it is one, for all that is known.
func (u formulaUnit) fits(unit units.Unit, base units.Unit) string {
	switch {
	case u.times != "" && u.times == inItself[unit.Code] && u.unit == units.One:
		return fmt.Sprintf("leave out × %s: the result is a share, which %s shows times %s", u.times, unit.Code, u.times)
	case !u.known || u.unit == base || u.difference && base == kelvin:
		return ""
	default:
		return fmt.Sprintf("the result of the formula is in %s, which is no %s: set unit to one of the dimension of %s, or correct the formula",
			u.unit, unit, u.unit.Code)
	}
}

// unitOf returns what is known of the unit of the result of a formula over base units. The error says, for people, which parts are added up
// though their units differ.
func (f Formula) unitOf(variables map[string]units.Unit) (formulaUnit, error) {
	return unitOf(f.root, variables)
}

func unitOf(node ast.Expr, variables map[string]units.Unit) (formulaUnit, error) {
	switch n := node.(type) {
	case *ast.ParenExpr:
		return unitOf(n.X, variables)
	case *ast.UnaryExpr:
		return unitOf(n.X, variables)
	case *ast.Ident:
		return formulaUnit{unit: variables[strings.TrimPrefix(n.Name, marker)], known: true}, nil
	case *ast.BinaryExpr:
		x, err := unitOf(n.X, variables)
		if err != nil {
			return x, err
		}
		y, err := unitOf(n.Y, variables)
		if err != nil {
			return y, err
		}
		switch n.Op {
		case token.ADD, token.SUB:
			return x.plus(y, n.Op == token.SUB)
		case token.MUL:
			return x.by(y), nil
		default:
			return x.over(y), nil
		}
	case *ast.BasicLit:
		number, _ := decimal.Parse(n.Value) // ParseFormula has read it
		return formulaUnit{number: number.Reduce().String(), isNumber: true}, nil
	default:
		return formulaUnit{}, nil
	}
}

// by is the unit of a product.
func (u formulaUnit) by(other formulaUnit) formulaUnit {
	if u.isNumber {
		u, other = other, u
	}
	return formulaUnit{isNumber: u.isNumber && other.isNumber, unit: u.unit, times: timesOf(u, other)}
}

// timesOf is the decimal of a product of it and what is in a known unit.
func timesOf(u, by formulaUnit) string {
	if !u.known {
		return ""
	}
	return by.number
}

// over is the unit of a quotient.
func (u formulaUnit) over(by formulaUnit) formulaUnit {
	if !by.known || !u.known && u.times == "" || u.unit != by.unit {
		return formulaUnit{isNumber: u.isNumber && by.isNumber}
	}
	return formulaUnit{unit: units.One, known: u.known, times: u.times}
}

// plus is the unit of a sum, or, minus, of a difference.
func (u formulaUnit) plus(other formulaUnit, minus bool) (formulaUnit, error) {
	switch {
	case u.isNumber:
		return other, nil
	case other.isNumber:
		return u, nil
	case u.times != "" && u.times == other.times && u.unit == other.unit:
		return u, nil
	case !u.known || !other.known:
		return formulaUnit{}, nil
	case u.unit == celsius && other.unit == celsius:
		u.difference = minus && u.difference == other.difference || u.difference && other.difference
		return u, nil
	case u.unit == celsius && other.unit == kelvin: // what is added to a temperature is a difference
		return u, nil
	case u.unit == kelvin && other.unit == celsius && (!minus || other.difference):
		return other, nil
	case u.unit != other.unit:
		return u, fmt.Errorf("%s and %s cannot be added up: cite figures in one unit, or leave one of the two out", u.unit, other.unit)
	default:
		return u, nil
	}
}
