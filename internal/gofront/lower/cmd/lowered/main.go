// Lowered shows what a program becomes on its way to the interpreter:
//
//	go run ./internal/gofront/lower/cmd/lowered -show tree,ordered,text FILE
//
// tree is what the constructs build, ordered the same after the pass that orders
// evaluation, text what yaegi gets. FILE is a Go file or an archive of several; it
// is not run, but checked here without any walls.
package main

import (
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"os"
	"strings"

	"playground/internal/gofront/check"
	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/lower/plain"
	"playground/internal/gofront/module"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lowered:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("lowered", flag.ContinueOnError)
	show := flags.String("show", "text", "`stages` to show, separated by commas: tree, ordered, text")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("want one Go file or archive")
	}
	src, err := os.ReadFile(flags.Arg(0))
	if err != nil {
		return err
	}
	c, err := check.New(module.Bundled())
	if err != nil {
		return err
	}
	p, diags := c.Check(string(src))
	if p == nil {
		return fmt.Errorf("%s: %v", flags.Arg(0), diags)
	}
	var list []*lower.Source
	for _, u := range p.Units {
		list = append(list, &lower.Source{Pkg: u.Types, Info: u.Info, Files: u.Files, Name: u.Types.Name(), Path: u.Path})
	}
	st, err := lower.Trace(p.Fset, list, plain.Host{Checker: c})
	if err != nil {
		return err
	}
	return stages(st, strings.Split(*show, ","), p.Fset, out)
}

func stages(st *lower.Stages, show []string, fset *token.FileSet, out io.Writer) error {
	position := func(pos token.Pos) string {
		p := fset.Position(pos)
		return fmt.Sprintf("%d:%d", p.Line, p.Column)
	}
	for _, s := range show {
		var err error
		switch s {
		case "tree":
			err = ir.Dump(out, st.Built, position)
		case "ordered":
			err = ir.Dump(out, st.Ordered, position)
		case "text":
			_, err = io.WriteString(out, st.Program.Source)
		default:
			err = fmt.Errorf("no stage %q: want tree, ordered or text", s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
