package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"playground/internal/gofront/stdlib/docs"
)

// hover is the meaning of the name at the place, or nil.
func (p *place) hover() *Hover {
	var id *ast.Ident
	p.around(func(n ast.Node) {
		if i, ok := n.(*ast.Ident); ok {
			id = i
		}
	})
	if id == nil {
		return nil
	}
	o := p.Info.ObjectOf(id)
	if o == nil {
		return nil
	}
	from := p.base + p.checker.Fset().File(id.Pos()).Offset(id.Pos())
	text := types.ObjectString(o, p.qualifier)
	if c, ok := o.(*types.Const); ok {
		text += " = " + c.Val().String()
	}
	return &Hover{From: from, To: from + len(id.Name), Text: text, Doc: p.doc(o)}
}

// signature is that of the innermost call whose arguments the place is among.
func (p *place) signature() *Signature {
	var call *ast.CallExpr
	p.around(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if n.Lparen < p.pos && (p.pos <= n.Rparen || !n.Rparen.IsValid()) {
				call = n
			}
		case *ast.FuncLit: // its body is no argument that is being written
			if n.Body.Lbrace < p.pos {
				call = nil
			}
		}
	})
	if call == nil {
		return nil
	}
	t, ok := p.Info.TypeOf(call.Fun).(*types.Signature)
	if !ok || p.Info.Types[call.Fun].IsType() {
		return nil
	}
	name, doc := "func", ""
	if o := p.called(call.Fun); o != nil {
		name, doc = o.Name(), p.doc(o)
	}
	s := p.written(name, t)
	s.Doc = doc
	for _, arg := range call.Args {
		if arg.End() < p.pos && p.commaBetween(arg.End()) {
			s.Active++
		}
	}
	if t.Variadic() {
		s.Active = min(s.Active, t.Params().Len()-1)
	}
	return s
}

// commaBetween says whether a comma stands between a position and the place.
func (p *place) commaBetween(pos token.Pos) bool {
	file := p.checker.Fset().File(pos)
	from := file.Offset(pos)
	return from < p.offset && strings.Contains(p.text[from:p.offset], ",")
}

// called is the function that an expression names.
func (p *place) called(fun ast.Expr) types.Object {
	switch f := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return p.Info.ObjectOf(f)
	case *ast.SelectorExpr:
		return p.Info.ObjectOf(f.Sel)
	case *ast.IndexExpr:
		return p.called(f.X)
	case *ast.IndexListExpr:
		return p.called(f.X)
	}
	return nil
}

// written is a signature as it is declared, with the places of its parameters.
func (p *place) written(name string, t *types.Signature) *Signature {
	s := &Signature{}
	var b strings.Builder
	b.WriteString(name + "(")
	for i := range t.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		from := b.Len()
		v := t.Params().At(i)
		if v.Name() != "" {
			b.WriteString(v.Name() + " ")
		}
		kind := p.typeString(v.Type())
		if t.Variadic() && i == t.Params().Len()-1 {
			kind = "..." + strings.TrimPrefix(kind, "[]")
		}
		b.WriteString(kind)
		s.Params = append(s.Params, [2]int{from, b.Len()})
	}
	b.WriteString(")")
	if r := t.Results(); r.Len() == 1 && r.At(0).Name() == "" {
		b.WriteString(" " + p.typeString(r.At(0).Type()))
	} else if r.Len() > 0 {
		b.WriteString(" " + p.typeString(r))
	}
	s.Label = b.String()
	return s
}

// doc is the documentation of an object: the library's, or the reader's comment.
func (p *place) doc(o types.Object) string {
	if pkg, ok := o.(*types.PkgName); ok {
		return p.docs.Package(pkg.Imported().Path())
	}
	if o.Pkg() == nil {
		return p.docs.Of("builtin", o.Name())
	}
	if o.Pkg() != p.Types {
		return p.docs.Of(o.Pkg().Path(), symbol(o))
	}
	return p.comment(o.Pos())
}

// symbol is the name of an object in the documentation of its package.
func symbol(o types.Object) string {
	f, ok := o.(*types.Func)
	if !ok || f.Signature().Recv() == nil {
		return o.Name()
	}
	t := f.Signature().Recv().Type()
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name() + "." + f.Name()
	}
	return o.Name()
}

// comment is the one above the declaration at a position of this file.
func (p *place) comment(pos token.Pos) string {
	var doc *ast.CommentGroup
	ast.Inspect(p.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Pos() == pos {
				doc = n.Doc
			}
		case *ast.GenDecl:
			for _, spec := range n.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok && s.Name.Pos() == pos {
					doc = n.Doc
				}
			}
		case *ast.Field:
			for _, name := range n.Names {
				if name.Pos() == pos {
					doc = n.Doc
				}
			}
		}
		return true
	})
	return docs.Synopsis(doc.Text())
}
