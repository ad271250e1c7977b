package domain

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

const (
	// maxFormula is the greatest length of a formula, in characters.
	maxFormula = 1000
	// maxFormulaDepth is how deep parentheses may be nested.
	maxFormulaDepth = 16
)

// maxFormulaBits is the greatest size of a number on the way to a result, about 2,460 digits: without a limit a formula that multiplies a
// long number by itself some hundred times would keep a writer busy for minutes.
const maxFormulaBits = 8192

// What a formula has no result for.
var (
	ErrDivisionByZero = errors.New("division by zero")
	ErrNumberTooLong  = errors.New("on the way to the result stands a number of more than 2,460 digits")
)

// Formula is an expression of + - * / over decimals and variables. It is immutable and safe for concurrent use.
type Formula struct {
	root      ast.Expr
	variables []string
}

// Variables returns the variables of the formula, each once, in byte order. The caller must not change them.
func (f Formula) Variables() []string { return f.variables }

// marker is put before every variable, so that none is a word of Go, such as "range".
const marker = "v_"

// variable is a name of a variable in the text of a formula; a letter that follows a digit is part of a number.
var variable = regexp.MustCompile(`\b[a-z][a-z0-9_]*`)

// foreign is what no formula has: it would be a comment, a string, another statement or another operator of Go.
var foreign = regexp.MustCompile(`[^-+*/().0-9a-zA-Z_ \t\r\n]|//|/\*`)

// ParseFormula reads a formula: decimals, variables, + - * / and parentheses. The error says what is wrong, for people.
func ParseFormula(text string) (Formula, error) {
	switch {
	case len(text) > maxFormula:
		return Formula{}, fmt.Errorf("a formula has at most %d characters", maxFormula)
	case strings.TrimSpace(text) == "":
		return Formula{}, errors.New("the formula is empty")
	}
	if at := foreign.FindString(text); at != "" {
		return Formula{}, fmt.Errorf("%q is no part of a formula: it has decimals, variables in lower case, + - * / and parentheses", at)
	}
	text = strings.Join(strings.Fields(text), " ") // a line break would end the expression
	root, err := parser.ParseExpr(variable.ReplaceAllString(text, marker+"$0"))
	if err != nil {
		return Formula{}, errors.New("the formula is not complete: an operator, an operand or a parenthesis is missing or too many")
	}
	var names []string
	if err := checkNode(root, 0, &names); err != nil {
		return Formula{}, err
	}
	slices.Sort(names)
	return Formula{root: root, variables: slices.Compact(names)}, nil
}

// checkNode refuses what a formula does not have and collects its variables. depth is how many parentheses are around the node.
func checkNode(node ast.Expr, depth int, names *[]string) error {
	switch n := node.(type) {
	case *ast.ParenExpr:
		if depth == maxFormulaDepth {
			return fmt.Errorf("parentheses are nested more than %d deep", maxFormulaDepth)
		}
		return checkNode(n.X, depth+1, names)
	case *ast.UnaryExpr:
		if n.Op != token.ADD && n.Op != token.SUB {
			return fmt.Errorf("%s is no operator of a formula", n.Op)
		}
		return checkNode(n.X, depth, names)
	case *ast.BinaryExpr:
		if !slices.Contains([]token.Token{token.ADD, token.SUB, token.MUL, token.QUO}, n.Op) {
			return fmt.Errorf("%s is no operator of a formula", n.Op)
		}
		if err := checkNode(n.X, depth, names); err != nil {
			return err
		}
		return checkNode(n.Y, depth, names)
	case *ast.BasicLit:
		if _, err := decimal.Parse(n.Value); err != nil {
			return fmt.Errorf("%s is no decimal", n.Value)
		}
		return nil
	case *ast.Ident:
		name, ok := strings.CutPrefix(n.Name, marker)
		if !ok || variable.FindString(name) != name {
			return fmt.Errorf("%s is no variable: it has lower-case letters, digits and underscores", strings.TrimPrefix(n.Name, marker))
		}
		*names = append(*names, name)
		return nil
	default:
		return errors.New("a formula has decimals, variables, + - * / and parentheses, and nothing else")
	}
}

// Eval computes the formula exactly. values has all its variables. The errors are ErrDivisionByZero and ErrNumberTooLong.
func (f Formula) Eval(values map[string]*big.Rat) (*big.Rat, error) { return eval(f.root, values) }

func eval(node ast.Expr, values map[string]*big.Rat) (*big.Rat, error) {
	switch n := node.(type) {
	case *ast.ParenExpr:
		return eval(n.X, values)
	case *ast.UnaryExpr:
		x, err := eval(n.X, values)
		if err != nil || n.Op == token.ADD {
			return x, err
		}
		return x.Neg(x), nil
	case *ast.BinaryExpr:
		x, err := eval(n.X, values)
		if err != nil {
			return nil, err
		}
		y, err := eval(n.Y, values)
		if err != nil {
			return nil, err
		}
		return operate(n.Op, x, y)
	case *ast.BasicLit:
		number, err := decimal.Parse(n.Value)
		return number.Rat(), err
	case *ast.Ident:
		return new(big.Rat).Set(values[strings.TrimPrefix(n.Name, marker)]), nil
	default:
		return nil, errors.New("not checked")
	}
}

// operate stores x op y in x.
func operate(op token.Token, x, y *big.Rat) (*big.Rat, error) {
	switch op {
	case token.ADD:
		x.Add(x, y)
	case token.SUB:
		x.Sub(x, y)
	case token.MUL:
		x.Mul(x, y)
	default:
		if y.Sign() == 0 {
			return nil, ErrDivisionByZero
		}
		x.Quo(x, y)
	}
	if max(x.Num().BitLen(), x.Denom().BitLen()) > maxFormulaBits {
		return nil, ErrNumberTooLong
	}
	return x, nil
}
