// Package settings fills in the flags that a command line leaves out, from the
// environment and from a file, and tells where each value is from.
package settings

import (
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"playground/internal/suggest"
)

const (
	envPrefix  = "PLAYGROUND_"
	configFlag = "config"
)

// Settings are the values of flags that the command line leaves out: from the
// environment first, then from the file that --config names. Kong knows both
// only as far as it asks them, as a kong.Resolver. An empty variable counts
// as none, so that it never means more than the default.
type Settings struct {
	environ []string          // NAME=value, as os.Environ gives them
	vars    map[string]string // flag to variable, over all commands
	file    configFile

	loaded  bool
	sources map[string]string // flag to where its value is from
	err     error
}

// New takes values from an environment, and from the file that it or the command
// line names.
func New(environ []string) *Settings {
	return &Settings{environ: environ, vars: map[string]string{}, sources: map[string]string{}}
}

// Err is what was wrong, without the flag that kong puts before it.
func (s *Settings) Err() error { return s.err }

// Getenv is the value of a variable in environ, or "".
func Getenv(environ []string, name string) string {
	for _, v := range slices.Backward(environ) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

func (s *Settings) getenv(name string) string { return Getenv(s.environ, name) }

// TakeOver keeps kong from reading the environment itself.
func (s *Settings) TakeOver(app *kong.Application) {
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok && len(f.Tag.Envs) > 0 {
			s.vars[f.Name] = f.Tag.Envs[0]
			f.Tag.Envs = nil
		}
		return next(nil)
	})
}

// Validate implements kong.Resolver.
func (s *Settings) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver.
func (s *Settings) Resolve(c *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if err := s.load(c); err != nil {
		s.err = err
		return nil, err
	}
	text, source, ok := s.lookup(flag)
	if !ok {
		return nil, nil
	}
	if err := try(flag, text); err != nil {
		s.err = fmt.Errorf("%s: %w", source, err)
		return nil, s.err
	}
	s.sources[flag.Name] = source
	return text, nil
}

// lookup is what the environment or the file says for flag.
func (s *Settings) lookup(flag *kong.Flag) (text, source string, ok bool) {
	name, ok := s.vars[flag.Name]
	if !ok {
		return "", "", false
	}
	if text := s.getenv(name); text != "" {
		return text, name, true
	}
	if e, ok := s.file.entries[flag.Name]; ok && flag.Name != configFlag {
		return e.text, s.file.at(e.line) + " " + flag.Name, true
	}
	return "", "", false
}

// load checks the environment and reads the file, once.
func (s *Settings) load(c *kong.Context) error {
	if s.loaded {
		return nil
	}
	s.loaded = true
	path := s.getenv(s.vars[configFlag])
	for _, p := range c.Path {
		if p.Flag != nil && p.Flag.Name == configFlag {
			path, _ = c.FlagValue(p.Flag).(string)
		}
	}
	if err := s.checkNames(); err != nil || path == "" {
		return err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	s.file, err = parseConfig(path, b, s.keys())
	return err
}

// keys are what a file may set: all flags that a variable may.
func (s *Settings) keys() []string {
	var keys []string
	for name := range s.vars {
		if name != configFlag {
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}

// notOurs are variables that others make of the name "playground": Kubernetes
// and Docker for a service or a link of that name, and the tests.
var notOurs = regexp.MustCompile(`^PLAYGROUND_(SERVICE_(HOST|PORT(_.+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?|NAME|ENV_.+|TEST_.+)$`)

// checkNames reports the variables of our prefix that nothing reads.
func (s *Settings) checkNames() error {
	var known []string
	for _, name := range s.vars {
		known = append(known, strings.TrimPrefix(name, envPrefix))
	}
	slices.Sort(known)
	known = slices.Compact(known)
	var errs []error
	for _, v := range s.environ {
		name, _, _ := strings.Cut(v, "=")
		word, ours := strings.CutPrefix(name, envPrefix)
		if !ours || slices.Contains(known, word) || notOurs.MatchString(name) {
			continue
		}
		hint := `; "playground serve --help" lists the variables`
		if near := suggest.Nearest(word, known); near != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", envPrefix+near)
		}
		errs = append(errs, fmt.Errorf("unknown environment variable %q%s", name, hint))
	}
	return errors.Join(errs...)
}

// source tells where the value of flag is from.
func (s *Settings) source(c *kong.Context, flag *kong.Flag) string {
	for _, p := range c.Path {
		if p.Flag != nil && p.Flag.Name == flag.Name && !p.Resolved {
			return "--" + flag.Name
		}
	}
	return cmp.Or(s.sources[flag.Name], "default")
}

// CheckRanges reports the values outside of their flag's least and most.
func (s *Settings) CheckRanges(c *kong.Context) error {
	var errs []error
	for _, flag := range c.Flags() {
		if err := checkRange(flag); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.source(c, flag), err))
		}
	}
	return errors.Join(errs...)
}

// checkRange holds a flag against the bounds in its tag, which are written as
// its values are.
func checkRange(flag *kong.Flag) error {
	least, most := flag.Tag.Get("least"), flag.Tag.Get("most")
	if least == "" || most == "" {
		return nil
	}
	if text(flag.Target) == flag.Default {
		return nil
	}
	if v := flag.Target.Int(); v >= bound(flag, least) && v <= bound(flag, most) {
		return nil
	}
	return fmt.Errorf("%s is out of range: it must be from %s to %s", text(flag.Target), least, most)
}

func bound(flag *kong.Flag, text string) int64 {
	v, err := decode(flag, text)
	if err != nil {
		panic(err) // the command structs are wrong; every test would see it
	}
	return v.Int()
}

// try reports whether text is a value of flag.
func try(flag *kong.Flag, text string) error {
	_, err := decode(flag, text)
	return err
}

func decode(flag *kong.Flag, text string) (reflect.Value, error) {
	v := reflect.New(flag.Target.Type()).Elem()
	scan := kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: text})
	return v, flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, v)
}

// Print writes the values of a command's flags and their sources, as a file
// that --config reads.
func (s *Settings) Print(w io.Writer, c *kong.Context) error {
	for _, flag := range c.Flags() {
		if _, settable := s.vars[flag.Name]; !settable || flag.Name == configFlag {
			continue
		}
		line := flag.Name + ": " + yamlScalar(text(flag.Target))
		if flag.Target.IsZero() {
			line = "# " + flag.Name + ":" // unset
		}
		if _, err := fmt.Fprintf(w, "%-40s # %s\n", line, s.source(c, flag)); err != nil {
			return err
		}
	}
	return nil
}

// text is a value as it is written on the command line.
func text(v reflect.Value) string {
	switch t := v.Interface().(type) {
	case encoding.TextMarshaler:
		if b, err := t.MarshalText(); err == nil {
			return string(b)
		}
	case fmt.Stringer:
		return t.String()
	}
	if v.Kind() == reflect.Slice {
		var parts []string
		for i := range v.Len() {
			parts = append(parts, text(v.Index(i)))
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(v.Interface())
}
