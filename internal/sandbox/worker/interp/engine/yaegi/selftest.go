package yaegi

import (
	"fmt"
	"reflect"
	"unicode"
	"unicode/utf8"

	"github.com/traefik/yaegi/interp"
)

// SelfTest checks layouts, numbers and names against yaegi's own; the linker has
// found the generators before. It takes microseconds, since every worker does it
// at its start. Its error names what does not hold; no program may be run then.
func SelfTest() error {
	theirs, err := layouts()
	if err != nil {
		return err
	}
	if err := names(theirs, "kind", kinds); err != nil {
		return err
	}
	return names(theirs, "action", actions)
}

// layouts compares the structs of this package with yaegi's own, and returns
// yaegi's node.
func layouts() (theirs reflect.Type, err error) {
	prog := reflect.TypeFor[interp.Program]()
	root, ok := prog.FieldByName("root")
	if !ok || root.Type.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("engine: interp.Program has no root node")
	}
	theirs = root.Type.Elem()
	frame, ok := reflect.TypeFor[interp.Interpreter]().FieldByName("frame")
	if !ok || frame.Type.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("engine: interp.Interpreter has no frame")
	}
	for _, c := range []struct{ theirs, ours reflect.Type }{
		{prog, reflect.TypeFor[program]()},
		{theirs, reflect.TypeFor[Node]()},
		{frame.Type.Elem(), reflect.TypeFor[Frame]()},
	} {
		if err := sameLayout(c.theirs, c.ours); err != nil {
			return nil, err
		}
	}
	for name, ours := range map[string]reflect.Type{"sym": reflect.TypeFor[Symbol](), "typ": reflect.TypeFor[Type]()} {
		f, _ := theirs.FieldByName(name) // which is there, as sameLayout has found
		if err := sameLayout(f.Type.Elem(), ours); err != nil {
			return nil, err
		}
	}
	return theirs, nil
}

// sameLayout compares the fields of two structs by name, offset, size and kind.
// Ours may have a capital in front.
func sameLayout(theirs, ours reflect.Type) error {
	if theirs.NumField() != ours.NumField() {
		return fmt.Errorf("engine: yaegi's %s has %d fields, not %d", theirs, theirs.NumField(), ours.NumField())
	}
	for i := range theirs.NumField() {
		t, o := theirs.Field(i), ours.Field(i)
		if t.Name != lowerFirst(o.Name) && t.Name != o.Name || t.Offset != o.Offset || t.Type.Size() != o.Type.Size() || !alike(t.Type.Kind(), o.Type.Kind()) {
			return fmt.Errorf("engine: yaegi's %s.%s is not as expected", theirs, t.Name)
		}
	}
	return nil
}

// alike says whether a field of one kind can stand for one of the other.
func alike(theirs, ours reflect.Kind) bool {
	return theirs == ours || theirs == reflect.Pointer && ours == reflect.UnsafePointer
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// names asks yaegi's type of a node's field what it calls its numbers.
func names[N ~uint](node reflect.Type, field string, facts []fact[N]) error {
	f, _ := node.FieldByName(field)
	for _, c := range facts {
		v := reflect.New(f.Type).Elem()
		v.SetUint(uint64(c.number))
		s, ok := v.Interface().(fmt.Stringer)
		if !ok {
			return fmt.Errorf("engine: yaegi's %s has no names", f.Type)
		}
		if s.String() != c.name {
			return fmt.Errorf("engine: yaegi's %s %d is %s, not %s", f.Type, c.number, s, c.name)
		}
	}
	return nil
}
