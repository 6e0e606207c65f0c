package corpus

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"strconv"
)

// conversions makes values of the types that fuzz targets can take from the
// text of a constant. NaNs with a payload are written by their bits.
var conversions = map[string]func(text string) (any, error){
	"string": func(s string) (any, error) { return unquote(s) },
	"[]byte": func(s string) (any, error) {
		s, err := unquote(s)
		return []byte(s), err
	},
	"bool": func(s string) (any, error) {
		if s != "true" && s != "false" {
			return nil, errors.New("true or false required for type bool")
		}
		return s == "true", nil
	},
	"int":     func(s string) (any, error) { return signed[int](s, 64) },
	"int8":    func(s string) (any, error) { return signed[int8](s, 8) },
	"int16":   func(s string) (any, error) { return signed[int16](s, 16) },
	"int32":   func(s string) (any, error) { return signed[int32](s, 32) },
	"int64":   func(s string) (any, error) { return signed[int64](s, 64) },
	"rune":    func(s string) (any, error) { return signed[rune](s, 32) },
	"uint":    func(s string) (any, error) { return unsigned[uint](s, 64) },
	"uint8":   func(s string) (any, error) { return unsigned[uint8](s, 8) },
	"uint16":  func(s string) (any, error) { return unsigned[uint16](s, 16) },
	"uint32":  func(s string) (any, error) { return unsigned[uint32](s, 32) },
	"uint64":  func(s string) (any, error) { return unsigned[uint64](s, 64) },
	"byte":    func(s string) (any, error) { return unsigned[byte](s, 8) },
	"float64": func(s string) (any, error) { return strconv.ParseFloat(s, 64) },
	"float32": func(s string) (any, error) {
		f, err := strconv.ParseFloat(s, 32)
		return float32(f), err
	},
	"math.Float64frombits": func(s string) (any, error) {
		bits, err := strconv.ParseUint(s, 0, 64)
		return math.Float64frombits(bits), err
	},
	"math.Float32frombits": func(s string) (any, error) {
		bits, err := strconv.ParseUint(s, 0, 32)
		return math.Float32frombits(uint32(bits)), err
	},
}

// value is the value of a line.
func value(line string) (any, error) {
	expr, err := parser.ParseExprFrom(token.NewFileSet(), "(test)", line, 0)
	if err != nil {
		return nil, err
	}
	call, ok := expr.(*ast.CallExpr)
	if !ok {
		return nil, errors.New("expected call expression")
	}
	if len(call.Args) != 1 {
		return nil, errors.New("expected call expression with 1 argument; got " + strconv.Itoa(len(call.Args)))
	}
	convert, ok := conversions[types.ExprString(call.Fun)]
	if !ok {
		return nil, errors.New("expected []byte or primitive type")
	}
	text, ok := constant(call.Args[0])
	if !ok {
		return nil, errors.New("literal value required for primitive type")
	}
	return convert(text)
}

// constant is the text of a literal or a name, with its sign.
func constant(arg ast.Expr) (text string, ok bool) {
	sign := ""
	if op, ok := arg.(*ast.UnaryExpr); ok {
		sign, arg = op.Op.String(), op.X
	}
	switch arg := arg.(type) {
	case *ast.BasicLit:
		return sign + arg.Value, true
	case *ast.Ident: // true, false, NaN, Inf
		return sign + arg.Name, true
	}
	return "", false
}

func unquote(text string) (string, error) {
	if text[0] == '\'' {
		return "", errors.New("string literal value required for type string")
	}
	return strconv.Unquote(text)
}

func signed[T ~int | ~int8 | ~int16 | ~int32 | ~int64](text string, bits int) (T, error) {
	if text[0] == '\'' {
		r, err := char(text)
		return T(r), err
	}
	n, err := strconv.ParseInt(text, 0, bits)
	return T(n), err
}

func unsigned[T ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](text string, bits int) (T, error) {
	if text[0] == '\'' {
		r, err := char(text)
		return T(r), err
	}
	n, err := strconv.ParseUint(text, 0, bits)
	return T(n), err
}

// char is the value of a character literal, with escapes that give one byte.
func char(text string) (rune, error) {
	r, _, tail, err := strconv.UnquoteChar(text[1:], '\'')
	if err == nil && tail != "'" {
		err = strconv.ErrSyntax
	}
	return r, err
}
