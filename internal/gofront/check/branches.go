package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"playground/internal/diag"
)

// branchErrors finds what the compiler's parser finds wrong with labels and
// with break, continue, goto and fallthrough statements. go/types finds the
// same and says it in other words.
func (p *Package) branchErrors() []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, f := range p.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			var body *ast.BlockStmt
			switch n := n.(type) {
			case *ast.FuncDecl:
				body = n.Body
			case *ast.FuncLit:
				body = n.Body
			}
			if body != nil {
				b := &branches{p: p, labels: map[string]*label{}}
				b.function(body)
				diags = append(diags, b.diags...)
			}
			return true
		})
	}
	return diags
}

// isBranchError reports whether code is one that branchErrors stands in for.
func isBranchError(code string) bool {
	switch strings.TrimPrefix(code, "types.") {
	case "DuplicateLabel", "UndeclaredLabel", "UnusedLabel", "MisplacedLabel", "JumpOverDecl", "JumpIntoBlock",
		"MisplacedBreak", "MisplacedContinue", "MisplacedFallthrough":
		return true
	}
	return false
}

// branches checks one function body; function literals in it are bodies of
// their own.
type branches struct {
	p      *Package
	labels map[string]*label
	diags  []diag.Diagnostic
}

type label struct {
	stmt  *ast.LabeledStmt
	block *branchBlock // the block that the label stands in
	used  bool
}

// branchBlock is a list of statements.
type branchBlock struct {
	parent *branchBlock
	start  token.Pos
	stmt   *ast.LabeledStmt // the labelled statement that the block belongs to, or nil
}

// branchTargets is what an unlabelled statement would branch to.
type branchTargets struct {
	breaks    ast.Stmt
	continues ast.Stmt
	clause    int // index of the switch clause whose own list this is, or -1
}

func (b *branches) add(pos token.Pos, format string, args ...any) {
	b.diags = append(b.diags, diag.Diagnostic{
		Severity: diag.Error, Code: "syntax.branch", Message: fmt.Sprintf(format, args...), Range: b.p.span(pos, token.NoPos),
	})
}

func (b *branches) place(pos token.Pos) string {
	at := b.p.Fset.PositionFor(pos, false)
	return fmt.Sprintf("./%s:%d:%d", at.Filename, at.Line, at.Column)
}

func (b *branches) function(body *ast.BlockStmt) {
	for _, jump := range b.block(nil, branchTargets{clause: -1}, nil, body.Lbrace, body.List) {
		name := jump.Label.Name
		if l := b.labels[name]; l != nil {
			l.used = true
			b.add(jump.Label.Pos(), "goto %s jumps into block starting at %s", name, b.place(l.block.start))
		} else {
			b.add(jump.Label.Pos(), "label %s not defined", name)
		}
	}
	for name, l := range b.labels {
		if !l.used {
			b.add(l.stmt.Pos(), "label %s defined and not used", name)
		}
	}
}

// blockScan is the state of one block's scan.
type blockScan struct {
	*branches
	block   *branchBlock
	targets branchTargets
	forward []*ast.BranchStmt // gotos whose label was not seen yet
	over    []*ast.BranchStmt // those of them that stand before the last declaration
	declPos token.Pos         // of the last variable declaration
	decl    string
}

// block checks a block and returns its gotos to labels that it has not seen.
func (b *branches) block(parent *branchBlock, t branchTargets, of *ast.LabeledStmt, start token.Pos, list []ast.Stmt) []*ast.BranchStmt {
	s := &blockScan{branches: b, block: &branchBlock{parent, start, of}, targets: t}
	for len(list) > 0 {
		if _, empty := list[len(list)-1].(*ast.EmptyStmt); !empty {
			break
		}
		list = list[:len(list)-1]
	}
	for i, stmt := range list {
		s.stmt(stmt, nil, i == len(list)-1)
	}
	return s.forward
}

func (s *blockScan) stmt(stmt ast.Stmt, of *ast.LabeledStmt, last bool) {
	switch n := stmt.(type) {
	case *ast.DeclStmt:
		s.declaration(n)
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			s.declares(n.TokPos, exprList(n.Lhs))
		}
	case *ast.LabeledStmt:
		if n.Label.Name != "_" {
			s.label(n)
			of = n
		}
		s.stmt(n.Stmt, of, last)
	case *ast.BranchStmt:
		if n.Label == nil {
			s.unlabelled(n, last)
		} else {
			s.labelled(n)
		}
	default:
		s.compound(stmt, of)
	}
}

// compound goes into the blocks of a statement.
func (s *blockScan) compound(stmt ast.Stmt, of *ast.LabeledStmt) {
	same := branchTargets{s.targets.breaks, s.targets.continues, -1}
	switch n := stmt.(type) {
	case *ast.BlockStmt:
		s.inner(same, of, n.Lbrace, n.List)
	case *ast.IfStmt:
		s.inner(same, of, n.Body.Lbrace, n.Body.List)
		if n.Else != nil {
			s.inner(same, of, n.Else.Pos(), []ast.Stmt{n.Else})
		}
	case *ast.ForStmt:
		s.inner(branchTargets{n, n, -1}, of, n.Body.Lbrace, n.Body.List)
	case *ast.RangeStmt:
		s.inner(branchTargets{n, n, -1}, of, n.Body.Lbrace, n.Body.List)
	case *ast.SwitchStmt:
		s.clauses(n, n.Body, of)
	case *ast.TypeSwitchStmt:
		s.clauses(n, n.Body, of)
	case *ast.SelectStmt:
		s.clauses(n, n.Body, of)
	}
}

func (s *blockScan) clauses(of ast.Stmt, body *ast.BlockStmt, lab *ast.LabeledStmt) {
	for i, c := range body.List {
		t := branchTargets{of, s.targets.continues, i}
		switch c := c.(type) {
		case *ast.CaseClause:
			s.inner(t, lab, c.Pos(), c.Body)
		case *ast.CommClause:
			s.inner(t, lab, c.Pos(), c.Body)
		}
	}
}

func (s *blockScan) inner(t branchTargets, of *ast.LabeledStmt, start token.Pos, list []ast.Stmt) {
	s.forward = append(s.forward, s.branches.block(s.block, t, of, start, list)...)
}

func (s *blockScan) declaration(n *ast.DeclStmt) {
	d, ok := n.Decl.(*ast.GenDecl)
	if !ok || d.Tok != token.VAR || len(d.Specs) == 0 {
		return
	}
	if spec, ok := d.Specs[0].(*ast.ValueSpec); ok {
		s.declares(spec.Pos(), spec.Names[0].Name)
	}
}

// declares notes a variable declaration, over which the gotos before it may
// not jump.
func (s *blockScan) declares(pos token.Pos, name string) {
	s.declPos, s.decl = pos, name
	s.over = append([]*ast.BranchStmt(nil), s.forward...)
}

func (s *blockScan) label(n *ast.LabeledStmt) {
	name := n.Label.Name
	l := s.labels[name]
	if l != nil {
		s.add(n.Label.Pos(), "label %s already defined at %s", name, s.place(l.stmt.Pos()))
	} else {
		l = &label{stmt: n, block: s.block}
		s.labels[name] = l
	}
	rest := s.forward[:0]
	for _, jump := range s.forward {
		if jump.Label.Name != name {
			rest = append(rest, jump)
			continue
		}
		l.used = true
		if s.jumpsOver(jump) {
			s.add(jump.Label.Pos(), "goto %s jumps over declaration of %s at %s", name, s.decl, s.place(s.declPos))
		}
	}
	s.forward = rest
}

func (s *blockScan) jumpsOver(jump *ast.BranchStmt) bool {
	for _, o := range s.over {
		if o == jump {
			return true
		}
	}
	return false
}

func (s *blockScan) unlabelled(n *ast.BranchStmt, last bool) {
	switch n.Tok {
	case token.BREAK:
		if s.targets.breaks == nil {
			s.add(n.Pos(), "break is not in a loop, switch, or select")
		}
	case token.CONTINUE:
		if s.targets.continues == nil {
			s.add(n.Pos(), "continue is not in a loop")
		}
	case token.FALLTHROUGH:
		if msg := s.fallthroughError(last); msg != "" {
			s.add(n.Pos(), "%s", msg)
		}
	}
}

func (s *blockScan) fallthroughError(last bool) string {
	switch n := s.targets.breaks.(type) {
	case *ast.TypeSwitchStmt:
		return "cannot fallthrough in type switch"
	case *ast.SwitchStmt:
		switch {
		case s.targets.clause < 0 || !last:
		case s.targets.clause+1 == len(n.Body.List):
			return "cannot fallthrough final case in switch"
		default:
			return ""
		}
	}
	return "fallthrough statement out of place"
}

func (s *blockScan) labelled(n *ast.BranchStmt) {
	name := n.Label.Name
	if n.Tok == token.GOTO {
		if !s.gotoSeen(name) {
			s.forward = append(s.forward, n)
		}
		return
	}
	l := s.labels[name]
	if l == nil {
		s.add(n.Label.Pos(), "%s label not defined: %s", n.Tok, name)
		return
	}
	l.used = true
	for b := s.block; b != nil; b = b.parent {
		if b.stmt == l.stmt && canBranch(n.Tok, l.stmt.Stmt) {
			return
		}
	}
	s.add(n.Label.Pos(), "invalid %s label %s", n.Tok, name)
}

// gotoSeen reports whether a goto here reaches a label that was seen.
func (s *blockScan) gotoSeen(name string) bool {
	l := s.labels[name]
	if l == nil {
		return false
	}
	l.used = true
	for b := s.block; b != nil; b = b.parent {
		if b == l.block {
			return true
		}
	}
	return false
}

func canBranch(tok token.Token, to ast.Stmt) bool {
	switch to.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		return tok == token.BREAK
	}
	return false
}

func exprList(list []ast.Expr) string {
	var names []string
	for _, x := range list {
		if id, ok := x.(*ast.Ident); ok {
			names = append(names, id.Name)
		}
	}
	return strings.Join(names, ", ")
}
