package domain

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
)

// formulaUnit is what is known of the unit of a part of a formula: a base unit, or nothing. A number in the formula has no unit of its own
// and may be anything, such as a rate; so may a product, but for what a quotient of equal units is.
type formulaUnit struct {
	unit   units.Unit
	known  bool
	number bool
}

// unitOf returns the base unit of the result of a formula over base units; ok is false where the formula does not say it. The error says,
// for people, which parts are added up though their units differ.
func (f Formula) unitOf(variables map[string]units.Unit) (unit units.Unit, ok bool, err error) {
	result, err := unitOf(f.root, variables)
	return result.unit, result.known, err
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
		if n.Op == token.ADD || n.Op == token.SUB {
			return x.plus(y)
		}
		return formulaUnit{
			unit: units.One, known: n.Op == token.QUO && x.known && y.known && x.unit == y.unit,
			number: x.number && y.number,
		}, nil
	default:
		return formulaUnit{number: true}, nil
	}
}

// plus is the unit of a sum.
func (x formulaUnit) plus(y formulaUnit) (formulaUnit, error) {
	switch {
	case x.known && y.known && x.unit != y.unit:
		return x, fmt.Errorf("%s and %s cannot be added up: bring them to one unit first", x.unit, y.unit)
	case x.number:
		return y, nil
	case y.number || x.known && y.known:
		return x, nil
	default:
		return formulaUnit{}, nil
	}
}
