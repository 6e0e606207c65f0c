package syntax

// node is what the recognizer must remember of an expression or a simple
// statement to know what may follow it.
type node struct {
	kind kind
	at   int // where errors about it are reported
	from int // its leftmost offset
	to   int // its end
	x, y *node
	op   string
	args int  // of a call
	dots bool // the last argument of a call is followed by ...
	recv bool // of a channel type: receive only
}

type kind int

const (
	kBad kind = iota
	kName
	kLiteral
	kParen
	kSelector
	kIndex
	kSlice
	kAssert
	kTypeGuard // x.(type)
	kCall
	kComposite
	kFunc
	kFuncType
	kArrayType // of slices too
	kStructType
	kMapType
	kInterfaceType
	kChanType
	kUnary // receive too
	kBinary
	kDots // ...T
	kTypeArgs
	kList
	kExprStmt
	kAssign // and short declarations, op "" or ":=" or an operator
	kSend
	kRange
)

// node returns a node of kind k that starts at the current token.
func (r *recognizer) node(k kind) *node {
	return &node{kind: k, at: r.start, from: r.start, to: r.end}
}

// over returns a node that starts where x does and is reported at offset at.
func over(k kind, x *node, at int) *node {
	return &node{kind: k, at: at, from: x.from, x: x}
}

func (r *recognizer) done(n *node) *node {
	n.to = r.prevEnd
	return n
}

func unparen(n *node) *node {
	for n.kind == kParen {
		n = n.x
	}
	return n
}

// isValue reports whether n must be a value, not a type.
func isValue(n *node) bool {
	switch n.kind {
	case kLiteral, kComposite, kFunc, kSlice, kAssert, kTypeGuard, kCall, kBinary:
		return true
	case kUnary:
		return n.op != "*"
	case kParen:
		return isValue(n.x)
	case kIndex:
		return isValue(n.x) || n.y != nil && isValue(n.y)
	}
	return false
}

// isTypeElement reports whether n can only be a type or a union of types.
func isTypeElement(n *node) bool {
	switch n.kind {
	case kArrayType, kStructType, kFuncType, kInterfaceType, kMapType, kChanType:
		return true
	case kBinary:
		return isTypeElement(n.x) || isTypeElement(n.y)
	case kUnary:
		return n.op == "~" || isTypeElement(n.x)
	case kParen:
		return isTypeElement(n.x)
	}
	return false
}

// splitParameter reads x, which stands after the bracket of a type
// declaration, as a type parameter's name followed by the begin of its
// constraint. Unless force is set the constraint must be a type.
func splitParameter(x *node, force bool) (name, constraint *node) {
	switch {
	case x.kind == kName:
		return x, nil
	case x.kind == kBinary && x.op == "*" && x.x.kind == kName && (force || isTypeElement(x.y)):
		return x.x, x.y
	case x.kind == kBinary && x.op == "|":
		if name, left := splitParameter(x.x, force || isTypeElement(x.y)); name != nil && left != nil {
			return name, left
		}
	case x.kind == kCall && x.x.kind == kName && x.args == 1 && !x.dots && (force || isTypeElement(x.y)):
		return x.x, x.y
	}
	return nil, x
}
