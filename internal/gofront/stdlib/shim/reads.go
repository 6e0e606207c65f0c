package shim

import (
	"crypto/tls"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	html "html/template"
	"io/fs"
	"net/http"
	"reflect"
	"testing"
	text "text/template"
)

// What follows are functions of other packages that open files by name.
// They are compiled with calls of the real package os, so its rows do not reach them.

// ioutilRows are the old names.
func (s *Set) ioutilRows() []Row {
	f := s.files
	return rows("io/ioutil", "", whyFiles, map[string]any{
		"ReadFile": f.readFile, "WriteFile": f.writeFile, "TempDir": f.mkdirTemp, "TempFile": f.createTemp,
		"ReadDir": func(dir string) ([]fs.FileInfo, error) {
			list, err := f.readDir(dir)
			if err != nil {
				return nil, err
			}
			out := make([]fs.FileInfo, 0, len(list))
			// All descriptions or none, as the library has it.
			for _, d := range list {
				info, err := d.Info()
				if err != nil {
					return nil, err
				}
				out = append(out, info)
			}
			return out, nil
		},
	})
}

// textTemplateRows parse templates out of the program's files.
func (s *Set) textTemplateRows() []Row {
	const path = "text/template"
	// The two packages' templates share no type, so each brings its own New and Parse
	// to what is common.
	parse := func(t *text.Template, names []string) (*text.Template, error) {
		return parseNamed(s.files, t, names, text.New, func(t *text.Template, name, data string) (*text.Template, error) {
			// A file of the template's own name is its text; others are beside it.
			if name != t.Name() {
				t = t.New(name)
			}
			return t.Parse(data)
		})
	}
	list := rows(path, "", whyFiles, map[string]any{
		"ParseFiles": func(names ...string) (*text.Template, error) { return parse(nil, names) },
		"ParseGlob":  func(pattern string) (*text.Template, error) { return parseGlob(s.files, nil, pattern, parse) },
	})
	return append(list, rows(path, "Template", whyFiles, map[string]any{
		"ParseFiles": func(t *text.Template, names ...string) (*text.Template, error) { return parse(t, names) },
		"ParseGlob": func(t *text.Template, pattern string) (*text.Template, error) {
			return parseGlob(s.files, t, pattern, parse)
		},
	})...)
}

// htmlTemplateRows are the same for HTML.
func (s *Set) htmlTemplateRows() []Row {
	const path = "html/template"
	parse := func(t *html.Template, names []string) (*html.Template, error) {
		return parseNamed(s.files, t, names, html.New, func(t *html.Template, name, data string) (*html.Template, error) {
			if name != t.Name() {
				t = t.New(name)
			}
			return t.Parse(data)
		})
	}
	list := rows(path, "", whyFiles, map[string]any{
		"ParseFiles": func(names ...string) (*html.Template, error) { return parse(nil, names) },
		"ParseGlob":  func(pattern string) (*html.Template, error) { return parseGlob(s.files, nil, pattern, parse) },
	})
	return append(list, rows(path, "Template", whyFiles, map[string]any{
		"ParseFiles": func(t *html.Template, names ...string) (*html.Template, error) { return parse(t, names) },
		"ParseGlob": func(t *html.Template, pattern string) (*html.Template, error) {
			return parseGlob(s.files, t, pattern, parse)
		},
	})...)
}

// parseNamed is ParseFiles: each file's text is a template of the file's name,
// and the first one's is what was not there yet.
func parseNamed[T any](f *files, t *T, names []string, make func(string) *T, parse func(*T, string, string) (*T, error)) (*T, error) {
	// The library's words, since programs print them.
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no files named in call to ParseFiles", packageOf[T]())
	}
	for _, name := range names {
		data, err := f.readFile(name)
		if err != nil {
			return nil, err
		}
		// The directory does not count: of two files of one name the later one stays.
		base := name[lastSlash(name)+1:]
		if t == nil {
			t = make(base)
		}
		if _, err := parse(t, base, string(data)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func parseGlob[T any](f *files, t *T, pattern string, parse func(*T, []string) (*T, error)) (*T, error) {
	names, err := f.glob(pattern)
	if err != nil {
		return nil, err
	}
	// For Glob that is no error; for templates the library makes it one.
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: pattern matches no files: %#q", packageOf[T](), pattern)
	}
	return parse(t, names)
}

// packageOf is what the errors of T's package begin with.
// The packages differ: text/template leaves its directory out.
func packageOf[T any]() string {
	if reflect.TypeFor[T]() == reflect.TypeFor[text.Template]() {
		return "template"
	}
	return reflect.TypeFor[T]().PkgPath()
}

// lastSlash is -1 without one, so what follows it is the whole name.
func lastSlash(name string) int {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' {
			return i
		}
	}
	return -1
}

// parserRows parse Go files of the program's.
func (s *Set) parserRows() []Row {
	return []Row{{"go/parser", "", "ParseFile", whyFiles, func(fset *token.FileSet, name string, src any, mode parser.Mode) (*ast.File, error) {
		// With a source, the name is for positions and no file is opened.
		if src == nil {
			data, err := s.files.readFile(name)
			if err != nil {
				return nil, err
			}
			src = data
		}
		return parser.ParseFile(fset, name, src, mode)
	}}}
}

// keyPair reads a certificate and its key.
// What is in them is the library's to judge, in its own words.
func (s *Set) keyPair(certFile, keyFile string) (tls.Certificate, error) {
	cert, err := s.files.readFile(certFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := s.files.readFile(keyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(cert, key)
}

// httpDir is what an http.Dir is to compiled code.
// An http.Dir is a string, and compiled code calls its Open, which asks the kernel.
type httpDir struct {
	files *files
	dir   string
}

// Open implements http.FileSystem.
// DirFS lets no name out of its directory, which is what http.Dir promises.
func (d httpDir) Open(name string) (http.File, error) {
	return http.FS(d.files.fs.DirFS(orHere(d.dir))).Open(name)
}

// fileSystem is what compiled code gets for the program's root.
// A file system of the program's own is called back, and needs no other.
func (s *Set) fileSystem(root http.FileSystem) http.FileSystem {
	if d, ok := root.(http.Dir); ok {
		return httpDir{s.files, string(d)}
	}
	return root
}

// serveFile is http.ServeFile.
// Ranges, types and redirects are the library's still: only the files are others.
func (s *Set) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	dir, base := ".", name
	if i := lastSlash(name); i >= 0 {
		dir, base = name[:i+1], name[i+1:]
	}
	http.ServeFileFS(w, r, s.files.fs.DirFS(dir), base)
}

// changeDir is Chdir of tests. PWD follows, as Unix programs expect; Setenv refuses
// in parallel tests, which a change of the one working directory would disturb.
func changeDir[T testing.TB](s *Set) func(T, string) {
	return func(t T, dir string) {
		before := s.files.fs.Getwd()
		if err := s.files.fs.Chdir(dir); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PWD", s.files.fs.Getwd())
		t.Cleanup(func() {
			if err := s.files.fs.Chdir(before); err != nil {
				// Tests that follow would run somewhere else: the library ends here too.
				panic("testing.Chdir: " + err.Error())
			}
		})
	}
}
