package syntax

import "playground/internal/gofront/abi"

// declarations reads a file after its package clause.
func (r *recognizer) declarations() {
	prev, bodyless := token("import"), false
	for r.tok != eof {
		if r.tok == "import" && prev != "import" {
			r.syntaxError("imports must appear before other declarations")
		}
		prev = r.tok
		wasBodyless := bodyless
		bodyless = false
		switch r.tok {
		case "import":
			r.next()
			r.group(r.importSpec)
		case "const":
			r.next()
			r.group(r.constSpec)
		case "type":
			r.next()
			r.group(r.typeSpec)
		case "var":
			r.next()
			r.group(r.varSpec)
		case "func":
			r.next()
			bodyless = !r.funcDecl()
		default:
			if r.tok == "{" && wasBodyless {
				r.syntaxError("unexpected semicolon or newline before {")
			} else {
				r.syntaxError("non-declaration statement outside function body")
			}
			r.advance("import", "const", "type", "var", "func")
			continue
		}
		if r.tok != eof && !r.got(semi) {
			r.syntaxError("after top level declaration")
			r.advance("import", "const", "type", "var", "func")
		}
	}
}

func (r *recognizer) group(spec func()) {
	if !r.got("(") {
		spec()
		return
	}
	r.list("grouped declaration", semi, ")", func() bool { spec(); return false })
}

func (r *recognizer) importSpec() {
	if r.tok == name || r.tok == "." {
		r.next()
	}
	if r.tok != literal {
		r.syntaxError("missing import path")
		r.advance(semi, ")")
		return
	}
	at, lit := r.start, r.lit
	r.next()
	if lit[0] != '"' && lit[0] != '`' {
		r.syntaxErrorAt(at, "import path must be a string")
	}
}

func (r *recognizer) constSpec() {
	r.name()
	r.names()
	if r.tok != eof && r.tok != semi && r.tok != ")" {
		r.typeOrNil()
		if r.gotAssign() {
			r.exprList()
		}
	}
}

func (r *recognizer) varSpec() {
	r.name()
	r.names()
	if !r.gotAssign() {
		r.typ()
		if r.gotAssign() {
			r.exprList()
		}
		return
	}
	r.exprList()
}

func (r *recognizer) typeSpec() {
	r.name()
	var t *node
	if r.tok == "[" {
		t = r.typeAfterBracket()
	} else {
		r.gotAssign()
		t = r.typeOrNil()
	}
	if t == nil {
		r.syntaxError("in type declaration")
		r.advance(semi, ")")
	}
}

// typeAfterBracket reads T[: type parameters and a type, or an array type.
func (r *recognizer) typeAfterBracket() *node {
	n := r.node(kArrayType)
	r.next()
	switch r.tok {
	case name:
		x := r.name()
		if r.tok != "[" {
			r.nesting++
			x = r.binary(r.primary(x, false), 0)
			r.nesting--
		}
		if pname, constraint := splitParameter(x, r.tok == ","); pname != nil && (constraint != nil || r.tok != "]") {
			r.params(pname, constraint, "]", true, false)
			r.gotAssign()
			return r.typeOrNil()
		}
		return r.arrayType(n, x)
	case "]":
		r.next()
		r.typ()
		return r.done(n)
	}
	return r.arrayType(n, nil)
}

// funcDecl reads a function or method and reports whether it has a body.
func (r *recognizer) funcDecl() bool {
	context, method := "", false
	if r.got("(") {
		method = true
		if !abi.GenericMethods {
			context = "method"
		}
		switch n := len(r.params(nil, nil, ")", false, false)); {
		case n == 0:
			r.error("method has no receiver")
		case n > 1:
			r.error("method has multiple receivers")
		}
	}
	if r.tok == name {
		r.next()
		r.signature(context)
	} else {
		if method {
			r.syntaxError("expected name")
		} else {
			r.syntaxError("expected name or (")
		}
		r.advance("{", semi)
	}
	if r.tok != "{" {
		return false
	}
	r.body()
	return true
}

func (r *recognizer) body() {
	r.funcs++
	r.block("")
	r.funcs--
}

// signature reads type parameters, parameters and results. context, when it is
// not empty, names what may have no type parameters.
func (r *recognizer) signature(context string) {
	at := r.start
	if r.got("[") {
		if context != "" {
			r.syntaxErrorAt(at, context+" must have no type parameters")
		}
		if r.tok == "]" {
			r.syntaxError("empty type parameter list")
			r.next()
		} else {
			r.params(nil, nil, "]", true, false)
		}
	}
	r.want("(")
	r.params(nil, nil, ")", false, true)
	if r.got("(") {
		r.params(nil, nil, ")", false, false)
		return
	}
	r.typeOrNil()
}

// param is a parameter as it was written: a name, a type, or both.
type param struct{ name, typ *node }

// params reads a parameter list after its opening bracket. first and typ, if
// not nil, were read of its first parameter already.
func (r *recognizer) params(first, typ *node, end token, typeParams, variadic bool) []param {
	if first != nil && typ != nil && r.tok == end {
		r.next()
		return []param{{first, typ}}
	}
	var list []param
	at := r.list("parameter list", ",", end, func() bool {
		p := param{first, typ}
		ok := true
		if typ == nil {
			p, ok = r.param(first, end)
		} else if r.tok == operator && r.lit == "|" {
			r.union()
		}
		first, typ = nil, nil
		if ok {
			list = append(list, p)
		}
		return false
	})
	r.checkNames(list, at, typeParams)
	r.checkDots(list, variadic)
	return list
}

// checkNames reports parameters of which some have names and others have not.
func (r *recognizer) checkNames(list []param, end int, typeParams bool) {
	named, typed := 0, 0
	for _, p := range list {
		if p.typ != nil {
			typed++
			if p.name != nil {
				named++
			}
		}
	}
	if named == len(list) || named == 0 && !typeParams {
		return
	}
	at := -1
	var typ *node
	for i := len(list) - 1; i >= 0; i-- { // a type is that of the names before it
		switch p := &list[i]; {
		case p.typ != nil && p.name == nil:
			at, typ = p.typ.from, p.typ
		case p.typ != nil:
			typ = p.typ
		case typ != nil:
			p.typ = typ
		default:
			at = p.name.at
		}
	}
	if at < 0 {
		return
	}
	what := "parameter"
	if typeParams {
		what = "type parameter"
	}
	switch {
	case named == typed && typeParams:
		r.syntaxErrorAt(end, "missing type constraint")
	case named == typed:
		r.syntaxErrorAt(end, "missing parameter type")
	case typeParams && len(list) == 1:
		r.syntaxErrorAt(at, "missing type parameter name or invalid array length")
	default:
		r.syntaxErrorAt(at, "missing "+what+" name")
	}
}

// checkDots reports the first ... that may not stand where it does.
func (r *recognizer) checkDots(list []param, variadic bool) {
	for i, p := range list {
		if p.typ == nil || p.typ.kind != kDots || variadic && i == len(list)-1 {
			continue
		}
		if variadic {
			r.errorAt(p.typ.at, "can only use ... with final parameter")
		} else {
			r.errorAt(p.typ.at, "invalid use of ...")
		}
		return
	}
}

// param reads one parameter. end is "]" for a type parameter.
func (r *recognizer) param(n *node, end token) (p param, ok bool) {
	unions := end == "]"
	isUnion := func() bool { return unions && r.tok == operator && r.lit == "|" }
	isTilde := func() bool { return unions && r.tok == operator && r.lit == "~" }
	if n == nil && isTilde() {
		return param{typ: r.union()}, true
	}
	if n == nil && r.tok == name {
		n = r.name()
	}
	if n != nil {
		switch {
		case r.tok == "[":
			p.typ = r.arrayOrTypeArgs()
			if p.typ.kind == kTypeArgs {
				p.typ.from = n.from
			} else {
				p.name = n
			}
		case r.tok == ".":
			p.typ = r.qualified(n)
		case isUnion():
			p.typ = n
		}
		if p.typ != nil {
			if isUnion() {
				r.union()
			}
			return p, true
		}
		p.name = n
	}
	if r.tok == "..." {
		p.typ = r.dots()
		return p, true
	}
	if isTilde() {
		p.typ = r.union()
		return p, true
	}
	p.typ = r.typeOrNil()
	if p.typ != nil && isUnion() {
		r.union()
	}
	if p.name != nil || p.typ != nil {
		return p, true
	}
	r.syntaxError("expected " + describe(end))
	r.advance(",", end)
	return p, false
}

func (r *recognizer) dots() *node {
	n := r.node(kDots)
	r.next()
	if r.typeOrNil() == nil {
		r.syntaxError("... is missing type")
		n.kind = kBad
	}
	return r.done(n)
}
