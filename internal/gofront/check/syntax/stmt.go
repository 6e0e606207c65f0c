package syntax

// block reads a block. context names what it belongs to, for the case that its
// brace is missing.
func (r *recognizer) block(context string) {
	if !r.got("{") {
		r.syntaxError("expected { after " + context)
		r.advance(name, "}")
		if r.got("}") {
			return
		}
	}
	r.stmts()
	r.want("}")
}

func (r *recognizer) stmts() {
	for r.tok != eof && r.tok != "}" && r.tok != "case" && r.tok != "default" {
		if !r.stmt() {
			return
		}
		if !r.got(semi) && r.tok != "}" {
			r.syntaxError("at end of statement")
			r.advance(semi, "}", "case", "default")
			r.got(semi)
		}
	}
}

// stmt reads a statement and reports whether there was one.
func (r *recognizer) stmt() bool {
	if r.tok == name {
		x := r.exprList()
		if x.kind == kName && r.tok == ":" {
			return r.labeled()
		}
		r.simple(x, "")
		return true
	}
	switch r.tok {
	case "var":
		r.declStmt(r.varSpec)
	case "const":
		r.declStmt(r.constSpec)
	case "type":
		r.declStmt(r.typeSpec)
	case "{":
		r.block("")
	case operator:
		if !isUnary(r.lit) || r.lit == "~" {
			return false
		}
		r.simple(nil, "")
	case "*", literal, "func", "(", "[", "struct", "map", "chan", "interface", "<-":
		r.simple(nil, "")
	case "for":
		r.header("for")
		r.block("for clause")
	case "switch":
		r.header("switch")
		r.clauses("switch", func() { r.exprList() })
	case "select":
		r.next()
		r.clauses("select", func() { r.simple(nil, "") })
	case "if":
		r.ifStmt()
	case "fallthrough":
		r.next()
	case "break", "continue":
		r.next()
		if r.tok == name {
			r.next()
		}
	case "go", "defer":
		r.callStmt()
	case "goto":
		r.next()
		r.name()
	case "return":
		r.next()
		if r.tok != semi && r.tok != "}" {
			r.exprList()
		}
	case semi:
	default:
		return false
	}
	return true
}

func (r *recognizer) declStmt(spec func()) {
	r.next()
	r.group(spec)
}

func (r *recognizer) labeled() bool {
	at := r.start
	r.want(":")
	if r.tok == "}" || r.stmt() {
		return true
	}
	r.syntaxErrorAt(at, "missing statement after label")
	return false
}

// callStmt reads a go or defer statement. That its expression is a call is a
// matter of type checking.
func (r *recognizer) callStmt() {
	what := string(r.tok)
	r.next()
	x := r.primary(nil, r.tok == "(")
	if t := unparen(x); t != x {
		r.errorAt(x.at, "expression in "+what+" must not be parenthesized")
		x = t
	}
	if x.kind != kCall && x.kind != kBad {
		r.lateError(x.from, "expression in "+what+" must be function call")
	}
}

// simple reads a simple statement, whose first expressions may have been read.
// keyword is that of the clause it heads, if any.
func (r *recognizer) simple(x *node, keyword string) *node {
	if keyword == "for" && r.tok == "range" {
		return r.rangeClause(nil)
	}
	if x == nil {
		x = r.exprList()
	}
	if x.kind != kList && r.tok != "=" && r.tok != ":=" {
		return r.singleSimple(x)
	}
	if r.tok != "=" && r.tok != ":=" {
		r.syntaxError("expected := or = or comma")
		r.advance(semi, "}")
		return over(kExprStmt, x, x.at)
	}
	n := over(kAssign, x, r.start)
	n.op = string(r.tok)
	r.next()
	if keyword == "for" && r.tok == "range" {
		return r.rangeClause(x)
	}
	n.y = r.exprList()
	if n.y.kind == kTypeGuard && keyword == "switch" && n.op == ":=" && x.kind == kName {
		return r.done(over(kExprStmt, x, n.y.at))
	}
	return r.done(n)
}

// singleSimple reads the rest of a statement that starts with one expression.
func (r *recognizer) singleSimple(x *node) *node {
	at := r.start
	switch r.tok {
	case assignOp:
		n := over(kAssign, x, at)
		n.op = r.lit
		r.next()
		r.expr()
		return r.done(n)
	case incOp:
		n := over(kAssign, x, at)
		n.op = r.lit
		r.next()
		return r.done(n)
	case "<-":
		n := over(kSend, x, at)
		r.next()
		r.expr()
		return r.done(n)
	}
	return r.done(over(kExprStmt, x, x.at))
}

func (r *recognizer) rangeClause(lhs *node) *node {
	n := r.node(kRange)
	r.next()
	if lhs != nil && lhs.kind == kList && lhs.op != "" {
		r.lateError(lhs.at, "range clause permits at most two iteration variables")
	}
	r.expr()
	return r.done(n)
}

// header reads what stands between a keyword and its block.
func (r *recognizer) header(keyword string) {
	r.want(token(keyword))
	if r.tok == "{" {
		if keyword == "if" {
			r.syntaxError("missing condition in if statement")
		}
		return
	}
	outer := r.nesting
	r.nesting = -1
	defer func() { r.nesting = outer }()

	var init *node
	if r.tok != semi {
		if r.got("var") {
			r.syntaxError("var declaration not allowed in " + keyword + " initializer")
		}
		init = r.simple(nil, keyword)
		if init.kind == kRange {
			return
		}
	}
	if r.tok == "{" {
		r.condition(init)
		return
	}
	r.afterInit(keyword)
}

// afterInit reads a header from the semicolon after its first statement on.
func (r *recognizer) afterInit(keyword string) {
	at, lit := -1, ""
	if r.tok == semi {
		at, lit = r.start, r.lit
		r.next()
	} else {
		r.want("{") // says it better than asking for a semicolon
		if r.tok != "{" {
			r.advance("{", "}")
		}
	}
	var cond *node
	switch {
	case keyword == "for":
		cond = r.forClauses()
	case r.tok != "{":
		cond = r.simple(nil, keyword)
	}
	if cond == nil && keyword == "if" && at >= 0 {
		if lit == "semicolon" {
			r.syntaxErrorAt(at, "missing condition in if statement")
		} else {
			r.syntaxErrorAt(at, "unexpected "+lit+", expected { after if clause")
		}
	}
	r.condition(cond)
}

// forClauses reads the condition and the post statement of a for clause.
func (r *recognizer) forClauses() (cond *node) {
	if r.tok != semi {
		if r.tok == "{" {
			r.syntaxError("expected for loop condition")
			return nil
		}
		cond = r.simple(nil, "")
	}
	r.want(semi)
	if r.tok != "{" {
		if post := r.simple(nil, ""); post.kind == kAssign && post.op == ":=" {
			r.syntaxErrorAt(post.at, "cannot declare in post statement of for loop")
		}
	}
	return cond
}

// condition complains of a statement where an expression must stand.
func (r *recognizer) condition(s *node) {
	if s == nil || s.kind == kExprStmt {
		return
	}
	what := r.text(s.from, s.to)
	if s.kind == kAssign && s.op == "=" {
		what = "assignment " + r.emphasized(s.x) + " = " + r.emphasized(s.y)
	}
	r.syntaxErrorAt(s.at, "cannot use "+what+" as value")
}

// emphasized puts parentheses around a binary expression, so that the "=" in
// the middle of an assignment stands out.
func (r *recognizer) emphasized(x *node) string {
	text := r.text(x.from, x.to)
	if x.kind == kBinary {
		return "(" + text + ")"
	}
	return text
}

func (r *recognizer) ifStmt() {
	r.header("if")
	r.block("if clause")
	if !r.got("else") {
		return
	}
	switch r.tok {
	case "if":
		r.ifStmt()
	case "{":
		r.block("")
	default:
		r.syntaxError("else must be followed by if or statement block")
		r.advance(name, "}")
	}
}

// clauses reads the cases of a switch or select statement.
func (r *recognizer) clauses(keyword string, guard func()) {
	if !r.got("{") {
		r.syntaxError("missing { after " + keyword + " clause")
		r.advance("case", "default", "}")
	}
	for r.tok != eof && r.tok != "}" {
		switch r.tok {
		case "case":
			r.next()
			guard()
		case "default":
			r.next()
		default:
			r.syntaxError("expected case or default or }")
			r.advance(":", "case", "default", "}")
		}
		r.want(":")
		r.stmts()
	}
	r.want("}")
}
