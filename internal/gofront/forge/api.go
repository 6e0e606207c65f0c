package forge

import "reflect"

// Field gives what reflect.StructOf cannot say about a field: its true name,
// whether it is embedded, and whether reflection may see it as exported.
type Field struct {
	Name     string
	Embedded bool
	Tag      string

	// Sealed makes the field unexported to reflection, as Go does for a
	// lower-case name: fmt calls no methods on it, encoding/json skips it and
	// reflect.Value.Set refuses it. The interpreter reads and writes it through
	// the type's View. Without Sealed a field is open to reflection whatever
	// its name.
	Sealed bool
}

// Method is a method of a forged type.
type Method struct {
	Name string
	Ptr  bool         // in the method set of *T only
	Type reflect.Type // without the receiver

	// Fn carries out the method; args[0] is the receiver, a T or, if Ptr is
	// set, a *T. A variadic method gets its last argument as one slice. Fn may
	// be nil for a method that is given to Bind before its first call.
	Fn func(args []reflect.Value) []reflect.Value
}

// IMethod is a method of a forged interface type.
type IMethod struct {
	Name string
	Type reflect.Type // without a receiver
}
