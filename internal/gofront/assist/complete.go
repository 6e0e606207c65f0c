package assist

import (
	"cmp"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"playground/internal/gofront/stdlib"
)

// importLine is a line up to a place in an import's path.
// It is compiled when it is asked for: every worker starts with this package, and
// few are asked.
var importLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*(?:import\s+)?(?:[\pL_.][\pL\p{Nd}_]*\s+)?"([^"]*)$`)
})

// importPath is what has been typed of an import's path, where that is what is
// being typed.
func (p *place) importPath() (string, bool) {
	line := p.text[strings.LastIndexByte(p.text[:p.offset], '\n')+1 : p.offset]
	m := importLine().FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	inImports := strings.Contains(line, "import")
	p.around(func(n ast.Node) {
		if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			inImports = true
		}
	})
	return m[1], inImports
}

func (p *place) paths(prefix string) []Completion {
	var list []Completion
	for _, name := range stdlib.Packages() {
		if strings.HasPrefix(name, prefix) {
			list = append(list, Completion{Label: name, Kind: "path", Doc: p.docs.Package(name)})
		}
	}
	return list
}

// inText says whether the place is in a comment, a string or a rune.
func (p *place) inText() bool {
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(p.text))
	s.Init(file, []byte(p.text), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		from := file.Offset(pos)
		if tok == token.EOF || from > p.offset {
			return false
		}
		switch tok {
		case token.COMMENT, token.STRING, token.CHAR:
			if from < p.offset && p.offset < from+len(lit) {
				return true
			}
		case token.INT, token.FLOAT, token.IMAG:
			if from < p.offset && p.offset <= from+len(lit) {
				return true
			}
		}
	}
}

// completions are what could stand at the place, whose name begins with word.
func (p *place) completions(word string) []Completion {
	var list []Completion
	add := func(c Completion) {
		if hasPrefixFold(c.Label, word) && c.Label != "_" && !strings.Contains(c.Label, "ᐧ") {
			list = append(list, c)
		}
	}
	if x := p.selected(); x != nil {
		p.members(x, add)
	} else {
		p.names(add)
	}
	slices.SortStableFunc(list, func(a, b Completion) int { return cmp.Compare(a.Label, b.Label) })
	list = slices.CompactFunc(list, func(a, b Completion) bool { return a.Label == b.Label })
	return list[:min(len(list), MaxCompletions)]
}

// hasPrefixFold compares as a reader types: without regard to case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// selected is what stands before the dot that the place is behind.
func (p *place) selected() ast.Expr {
	var x ast.Expr
	p.around(func(n ast.Node) {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Pos() <= p.pos && p.pos <= s.Sel.End() {
			x = s.X
		}
	})
	return x
}

// members are what can be selected from x: of a package what it exports, of a
// value its fields and methods.
func (p *place) members(x ast.Expr, add func(Completion)) {
	if id, ok := x.(*ast.Ident); ok {
		if pkg, ok := p.Info.Uses[id].(*types.PkgName); ok {
			p.exported(pkg.Imported(), add)
			return
		}
		if p.Info.Uses[id] == nil {
			p.notImported(id.Name, add)
			return
		}
	}
	t := p.Info.TypeOf(x)
	if t == nil {
		return
	}
	set := types.NewMethodSet(t)
	if _, isInterface := t.Underlying().(*types.Interface); !isInterface {
		if _, isPointer := t.Underlying().(*types.Pointer); !isPointer {
			set = types.NewMethodSet(types.NewPointer(t))
		}
	}
	for m := range set.Methods() {
		if p.visible(m.Obj()) {
			add(p.completion(m.Obj()))
		}
	}
	p.fields(t, 0, add)
}

// maxDepth bounds how deep embedded fields are looked into.
const maxDepth = 4

func (p *place) fields(t types.Type, depth int, add func(Completion)) {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || depth > maxDepth {
		return
	}
	for f := range s.Fields() {
		if p.visible(f) {
			add(p.completion(f))
		}
		if f.Embedded() {
			p.fields(f.Type(), depth+1, add)
		}
	}
}

func (p *place) visible(o types.Object) bool { return o.Exported() || o.Pkg() == p.Types }

func (p *place) exported(pkg *types.Package, add func(Completion)) {
	for _, name := range pkg.Scope().Names() {
		o := pkg.Scope().Lookup(name)
		_, isConst := o.(*types.Const)
		if o.Exported() && (isConst || !stdlib.Allowed(pkg.Path()) || stdlib.Member(pkg.Path(), name)) {
			add(p.completion(o))
		}
	}
}

// notImported are the members of a package that the program does not import yet.
func (p *place) notImported(name string, add func(Completion)) {
	for _, candidate := range stdlib.Packages() {
		if path.Base(candidate) != name && strings.TrimSuffix(candidate, "/v2") != "math/"+name {
			continue
		}
		if pkg, err := p.checker.Importer().Import(candidate); err == nil {
			p.exported(pkg, add)
			return
		}
	}
}

// names are those of the scopes around the place, of packages and of keywords.
func (p *place) names(add func(Completion)) {
	scope := p.Types.Scope()
	if inner := scope.Innermost(p.pos); inner != nil {
		scope = inner
	}
	for s := scope; s != nil; s = s.Parent() {
		for _, name := range s.Names() {
			o := s.Lookup(name)
			// Within functions what is declared later cannot be used.
			local := s != types.Universe && s != p.Types.Scope() && s.Parent() != p.Types.Scope()
			if !local || o.Pos() < p.pos {
				add(p.completion(o))
			}
		}
	}
	for tok := token.BREAK; tok <= token.VAR; tok++ {
		add(Completion{Label: tok.String(), Kind: "keyword"})
	}
	for _, name := range stdlib.Packages() {
		if base := path.Base(name); base != "v2" {
			add(Completion{Label: base, Kind: "package", Detail: name, Doc: p.docs.Package(name)})
		}
	}
}

func (p *place) completion(o types.Object) Completion {
	return Completion{Label: o.Name(), Kind: kindOf(o), Detail: p.detail(o), Doc: p.doc(o)}
}

func kindOf(o types.Object) string {
	switch o := o.(type) {
	case *types.PkgName:
		return "package"
	case *types.Const, *types.Nil:
		return "const"
	case *types.Var:
		if o.IsField() {
			return "field"
		}
		return "var"
	case *types.Func:
		if o.Signature().Recv() != nil {
			return "method"
		}
		return "func"
	case *types.Builtin:
		return "func"
	case *types.TypeName:
		if types.IsInterface(o.Type()) {
			return "interface"
		}
		return "type"
	}
	return "var"
}

func (p *place) detail(o types.Object) string {
	switch o := o.(type) {
	case *types.PkgName:
		return o.Imported().Path()
	case *types.Func:
		return strings.TrimPrefix(p.typeString(o.Type()), "func")
	case *types.TypeName:
		if named, ok := o.Type().(*types.Named); ok {
			return strings.SplitN(p.typeString(named.Underlying()), "{", 2)[0]
		}
		return ""
	case *types.Builtin, *types.Nil:
		return ""
	}
	if o.Type() == nil {
		return ""
	}
	return p.typeString(o.Type())
}

// typeString names packages as programs do, and not the reader's own.
func (p *place) typeString(t types.Type) string { return types.TypeString(t, p.qualifier) }

func (p *place) qualifier(pkg *types.Package) string {
	if pkg == p.Types {
		return ""
	}
	return pkg.Name()
}
