package syntax

func (r *recognizer) typ() *node {
	t := r.typeOrNil()
	if t == nil {
		t = r.node(kBad)
		r.syntaxError("expected type")
		r.advance(",", ":", semi, ")", "]", "}")
	}
	return t
}

// typeOrNil reads a type if there is one.
func (r *recognizer) typeOrNil() *node {
	n := r.node(kBad)
	switch r.tok {
	case "*":
		r.next()
		n.kind, n.op, n.x = kUnary, "*", r.typ()
	case "<-":
		r.next()
		r.want("chan")
		n.kind, n.recv, n.x = kChanType, true, r.chanElem()
	case "func":
		r.next()
		n.kind, n.at = kFuncType, r.start
		r.signature("function type")
	case "[":
		r.next()
		if r.got("]") {
			n.kind = kArrayType
			r.typ()
			break
		}
		return r.arrayType(n, nil)
	case "chan":
		r.next()
		if r.got("<-") {
			n.op = "<-"
		}
		n.kind, n.x = kChanType, r.chanElem()
	case "map":
		r.next()
		r.want("[")
		n.kind = kMapType
		r.typ()
		r.want("]")
		r.typ()
	case "struct":
		n.kind = kStructType
		r.next()
		r.want("{")
		r.list("struct type", semi, "}", func() bool { r.field(); return false })
	case "interface":
		n.kind = kInterfaceType
		r.next()
		r.want("{")
		r.list("interface type", semi, "}", func() bool { r.interfaceElem(); return false })
	case name:
		return r.qualified(nil)
	case "(":
		r.next()
		t := r.typ()
		r.want(")")
		return t
	default:
		return nil
	}
	return r.done(n)
}

// arrayType reads an array type after its bracket, whose node n is, and after
// its length if that is not nil.
func (r *recognizer) arrayType(n, length *node) *node {
	n.kind = kArrayType
	if length == nil && !r.got("...") {
		r.nesting++
		r.expr()
		r.nesting--
	}
	if r.tok == "," {
		r.syntaxError("unexpected comma; expected ]")
		r.next()
	}
	r.want("]")
	r.typ()
	return r.done(n)
}

func (r *recognizer) chanElem() *node {
	t := r.typeOrNil()
	if t == nil {
		t = r.node(kBad)
		r.syntaxError("missing channel element type")
	}
	return t
}

// qualified reads a type name, whose first part may have been read.
func (r *recognizer) qualified(n *node) *node {
	switch {
	case n != nil:
	case r.tok == name:
		n = r.name()
	default:
		n = r.node(kName)
		r.syntaxError("expected name")
		r.advance(".", semi, "}")
	}
	if r.tok == "." {
		n = over(kSelector, n, r.start)
		r.next()
		r.name()
		r.done(n)
	}
	if r.tok == "[" {
		n = over(kIndex, n, r.start)
		r.next()
		if r.tok == "]" {
			r.syntaxError("expected type argument list")
		} else {
			n.y, _ = r.typeList(true)
		}
		r.want("]")
		r.done(n)
	}
	return n
}

// typeList reads types after a bracket; unless strict the first may be an
// expression. It reports whether there was a comma.
func (r *recognizer) typeList(strict bool) (x *node, comma bool) {
	r.nesting++
	defer func() { r.nesting-- }()
	if strict {
		x = r.typ()
	} else {
		x = r.expr()
	}
	for r.got(",") {
		comma = true
		if r.typeOrNil() == nil {
			break
		}
	}
	return x, comma
}

func (r *recognizer) tag() {
	if r.tok == literal {
		r.next()
	}
}

// field reads a field declaration of a struct.
func (r *recognizer) field() {
	switch r.tok {
	case name:
		n := r.name()
		if r.tok == "." || r.tok == literal || r.tok == semi || r.tok == "}" {
			r.qualified(n)
			break
		}
		single := r.tok != ","
		r.names()
		if single && r.tok == "[" {
			r.arrayOrTypeArgs()
		} else {
			r.typ()
		}
	case "*":
		r.next()
		if r.tok == "(" {
			r.parenthesizedField()
		} else {
			r.qualified(nil)
		}
	case "(":
		r.parenthesizedField()
	default:
		r.syntaxError("expected field name or embedded type")
		r.advance(semi, "}")
		return
	}
	r.tag()
}

func (r *recognizer) parenthesizedField() {
	r.syntaxError("cannot parenthesize embedded type")
	r.next()
	r.got("*")
	r.qualified(nil)
	r.got(")")
}

// arrayOrTypeArgs reads what follows a name: [n]E, or type arguments.
func (r *recognizer) arrayOrTypeArgs() *node {
	n := r.node(kArrayType)
	r.want("[")
	if r.got("]") {
		r.typ()
		return r.done(n)
	}
	_, comma := r.typeList(false)
	r.want("]")
	if comma || r.typeOrNil() == nil {
		n.kind = kTypeArgs
	}
	return r.done(n)
}

// interfaceElem reads a method or an embedded element.
func (r *recognizer) interfaceElem() {
	if r.tok != name {
		r.union()
		return
	}
	const context = "interface method"
	n := r.name()
	switch r.tok {
	case "(":
		r.signature(context)
		return
	case "[":
		if r.methodBrackets(context) {
			return
		}
	default:
		r.qualified(n)
	}
	r.unionRest()
}

// methodBrackets reads name[...: an instantiated type, or a generic method,
// which there cannot be. It reports whether it was a method.
func (r *recognizer) methodBrackets(context string) bool {
	at := r.start
	r.next()
	if r.tok == "]" {
		end := r.start
		r.next()
		if r.tok == "(" {
			r.errorAt(end, "empty type parameter list")
			r.signature(context)
			return true
		}
		r.errorAt(end, "empty type argument list")
		return false
	}
	list := r.params(nil, nil, "]", false, false)
	switch {
	case len(list) == 0 && r.tok == "(":
		r.signature(context)
		return true
	case len(list) > 0 && list[0].name != nil && list[0].typ != nil:
		r.signature(context)
		r.errorAt(at, "interface method must have no type parameters")
		return true
	}
	return false
}

// union reads embedded terms separated by |.
func (r *recognizer) union() *node {
	n := r.node(kBad)
	if r.tok != operator || r.lit != "|" {
		r.term()
	}
	r.unionRest()
	return r.done(n)
}

func (r *recognizer) unionRest() {
	for r.tok == operator && r.lit == "|" {
		r.next()
		r.term()
	}
}

func (r *recognizer) term() {
	if r.tok == operator && r.lit == "~" {
		r.next()
		r.typ()
		return
	}
	if r.typeOrNil() == nil {
		r.syntaxError("expected ~ term or type")
		r.advance(operator, semi, ")", "]", "}")
	}
}
