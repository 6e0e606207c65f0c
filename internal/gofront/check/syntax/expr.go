package syntax

func (r *recognizer) exprList() *node {
	x := r.expr()
	if r.tok != "," {
		return x
	}
	list := over(kList, x, x.at)
	for r.got(",") {
		list.y = r.expr()
		list.args++
		if list.args == 2 {
			list.op = "more than two"
			list.at = list.y.from // of the third, the one too many in a range clause
		}
	}
	return r.done(list)
}

func (r *recognizer) expr() *node { return r.binary(nil, 0) }

func (r *recognizer) binary(x *node, prec int) *node {
	if x == nil {
		x = r.unary()
	}
	for (r.tok == operator || r.tok == "*") && r.prec > prec {
		n := over(kBinary, x, r.start)
		n.op = r.lit
		p := r.prec
		r.next()
		n.y = r.binary(nil, p)
		x = r.done(n)
	}
	return x
}

func (r *recognizer) unary() *node {
	n := r.node(kUnary)
	switch {
	case r.tok == "*" || r.tok == operator && isUnary(r.lit):
		n.op = r.lit
		r.next()
		n.x = r.unary()
		return r.done(n)
	case r.tok == "<-":
		n.op = "<-"
		r.next()
		n.x = r.unary()
		if n.x.kind == kChanType {
			r.receiveChan(n.x)
			return n.x
		}
		return r.done(n)
	}
	return r.primary(nil, true)
}

func isUnary(op string) bool {
	switch op {
	case "+", "-", "!", "^", "~", "&":
		return true
	}
	return false
}

// receiveChan re-associates <- with the channel type t that follows it:
// <-chan T, of which a chain of send-only types passes the arrow on.
func (r *recognizer) receiveChan(t *node) {
	for sendOnly := true; sendOnly; t = t.x {
		if t == nil || t.kind != kChanType {
			if t != nil {
				r.syntaxError("unexpected " + r.text(t.from, t.to) + ", expected chan")
			}
			return
		}
		sendOnly = t.op == "<-"
		if t.recv {
			r.syntaxError("unexpected <-, expected chan")
		}
		t.recv = true
	}
}

func (r *recognizer) operand(keepParens bool) *node {
	n := r.node(kBad)
	switch r.tok {
	case name:
		return r.name()
	case literal:
		n.kind = kLiteral
		r.next()
		return r.done(n)
	case "(":
		r.next()
		r.nesting++
		x := r.expr()
		r.nesting--
		r.want(")")
		if keepParens || r.tok == "{" {
			n.kind, n.x = kParen, x
			return r.done(n)
		}
		return x
	case "func":
		return r.funcLit()
	case "[", "chan", "map", "struct", "interface":
		return r.typ()
	}
	r.syntaxError("expected expression")
	r.advance(")", "]", "}")
	return n
}

// funcLit reads a function literal or type.
func (r *recognizer) funcLit() *node {
	n := r.node(kFuncType)
	r.next()
	r.signature("function type")
	if r.tok == "{" {
		n.kind = kFunc
		from := r.end
		r.nesting++
		r.body()
		r.nesting--
		r.elide(from, r.prevEnd-1)
	}
	return r.done(n)
}

// primary reads an operand and what is applied to it.
func (r *recognizer) primary(x *node, keepParens bool) *node {
	if x == nil {
		x = r.operand(keepParens)
	}
	for {
		switch r.tok {
		case ".":
			x = r.selector(x)
		case "[":
			x = r.index(x)
		case "(":
			x = r.call(x)
		case "{":
			if !r.startsLiteral(x) {
				return x
			}
			if unparen(x) != x {
				r.syntaxError("cannot parenthesize type in composite literal")
			}
			n := over(kComposite, x, r.start)
			from := r.end
			r.literalValue()
			r.elide(from, r.prevEnd-1)
			x = r.done(n)
		default:
			return x
		}
	}
}

// startsLiteral reports whether a brace after x opens a composite literal, not
// a block.
func (r *recognizer) startsLiteral(x *node) bool {
	switch t := unparen(x); t.kind {
	case kName, kSelector:
		return r.nesting >= 0
	case kIndex:
		return r.nesting >= 0 && !isValue(t)
	case kArrayType, kStructType, kMapType:
		return true
	}
	return false
}

func (r *recognizer) selector(x *node) *node {
	n := over(kSelector, x, r.start)
	r.next()
	switch r.tok {
	case name:
		r.next()
	case "(":
		r.next()
		n.kind = kAssert
		if r.got("type") {
			n.kind = kTypeGuard
		} else {
			r.typ()
		}
		r.want(")")
	default:
		r.syntaxError("expected name or (")
		r.advance(semi, ")")
		return x
	}
	return r.done(n)
}

// index reads an index, a slice expression or type arguments.
func (r *recognizer) index(x *node) *node {
	n := over(kIndex, x, r.start)
	r.next()
	if r.tok != ":" {
		comma := false
		if r.tok == "]" {
			r.syntaxError("expected operand")
		} else {
			n.y, comma = r.typeList(false)
		}
		if comma {
			n.y = over(kList, n.y, n.y.at)
		}
		if comma || r.tok == "]" {
			r.want("]")
			return r.done(n)
		}
	}
	if !r.got(":") {
		r.syntaxError("expected comma, : or ]")
		r.advance(",", ":", "]")
	}
	n.kind = kSlice
	r.sliceBounds()
	r.want("]")
	return r.done(n)
}

// sliceBounds reads a slice expression after its first colon.
func (r *recognizer) sliceBounds() {
	r.nesting++
	defer func() { r.nesting-- }()
	second := r.tok != ":" && r.tok != "]"
	if second {
		r.expr()
	}
	if r.tok != ":" {
		return
	}
	if !second {
		r.error("middle index required in 3-index slice")
	}
	r.next()
	if r.tok == "]" {
		r.error("final index required in 3-index slice")
		return
	}
	r.expr()
}

func (r *recognizer) call(x *node) *node {
	n := over(kCall, x, r.start)
	r.next()
	r.nesting++
	r.list("argument list", ",", ")", func() bool {
		n.y = r.expr()
		n.args++
		n.dots = r.got("...")
		return n.dots
	})
	r.nesting--
	return r.done(n)
}

// literalValue reads the braces of a composite literal.
func (r *recognizer) literalValue() {
	r.nesting++
	r.want("{")
	r.list("composite literal", ",", "}", func() bool {
		r.element()
		if r.got(":") {
			r.element()
		}
		return false
	})
	r.nesting--
}

func (r *recognizer) element() {
	if r.tok == "{" {
		r.literalValue()
		return
	}
	r.expr()
}
