//go:build go1.27

package host

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"reflect"
)

// The functions by type of encoding/json/v2 are generic. These serve a type
// that is known at run time only: each is one for all types, which json calls
// with a pointer to the value, and which passes over what is not for it.

// JSONMarshal is json.MarshalFunc for the type t.
func JSONMarshal(t reflect.Type, fn func(any) ([]byte, error)) *json.Marshalers {
	checkJSON(t, true)
	return json.MarshalToFunc(func(enc *jsontext.Encoder, p any) error {
		v, ok := jsonValue(p, t)
		if !ok {
			return errors.ErrUnsupported
		}
		b, err := fn(v)
		if err != nil {
			return jsonError(t, notSkipped(err, "marshal function of type func(T) ([]byte, error)"))
		}
		return enc.WriteValue(b)
	})
}

// JSONMarshalTo is json.MarshalToFunc for the type t.
func JSONMarshalTo(t reflect.Type, fn func(*jsontext.Encoder, any) error) *json.Marshalers {
	checkJSON(t, true)
	return json.MarshalToFunc(func(enc *jsontext.Encoder, p any) error {
		v, ok := jsonValue(p, t)
		if !ok {
			return errors.ErrUnsupported
		}
		return jsonError(t, fn(enc, v))
	})
}

// JSONUnmarshal is json.UnmarshalFunc for the type t.
func JSONUnmarshal(t reflect.Type, fn func([]byte, any) error) *json.Unmarshalers {
	checkJSON(t, false)
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, p any) error {
		v, ok := jsonValue(p, t)
		if !ok {
			return errors.ErrUnsupported
		}
		b, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if err := fn(b, v); err != nil {
			err = jsonError(t, notSkipped(err, "unmarshal function of type func([]byte, T) error"))
			if s, ok := err.(*json.SemanticError); ok && s.JSONKind == 0 {
				s.JSONKind = jsontext.Value(b).Kind()
			}
			return err
		}
		return nil
	})
}

// JSONUnmarshalFrom is json.UnmarshalFromFunc for the type t.
func JSONUnmarshalFrom(t reflect.Type, fn func(*jsontext.Decoder, any) error) *json.Unmarshalers {
	checkJSON(t, false)
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, p any) error {
		v, ok := jsonValue(p, t)
		if !ok {
			return errors.ErrUnsupported
		}
		return jsonError(t, fn(dec, v))
	})
}

// checkJSON panics, as json does, when t is no type that a function can be for.
func checkJSON(t reflect.Type, marshal bool) {
	switch {
	case t.Kind() == reflect.Interface, t.Kind() == reflect.Pointer && t.Name() == "":
	case !marshal:
		panic("input type " + t.String() + " must be an interface type or an unnamed pointer type")
	case t.Kind() == reflect.Pointer:
		panic("input type " + t.String() + " must be an interface type, an unnamed pointer type, or a non-pointer type")
	}
}

// jsonValue is what a function for t gets of the value that p points to, if the
// function is for it.
func jsonValue(p any, t reflect.Type) (v any, ok bool) {
	pt := reflect.TypeOf(p)
	switch t.Kind() {
	case reflect.Interface:
		return p, pt.Implements(t)
	case reflect.Pointer:
		return p, pt == t
	}
	if pt.Elem() != t {
		return nil, false
	}
	return reflect.ValueOf(p).Elem().Interface(), true
}

// jsonError makes an error name t, where json would name the type any.
func jsonError(t reflect.Type, err error) error {
	var syntactic *jsontext.SyntacticError
	if err == nil || errors.Is(err, errors.ErrUnsupported) || errors.As(err, &syntactic) {
		return err
	}
	if s, ok := err.(*json.SemanticError); ok {
		if s.GoType == nil {
			s.GoType = t
		}
		return s
	}
	return &json.SemanticError{GoType: t, Err: err}
}

// notSkipped is err of a function that may not pass a value on.
func notSkipped(err error, what string) error {
	if errors.Is(err, errors.ErrUnsupported) {
		return errors.New(what + " cannot be skipped")
	}
	return err
}

// JSONOption is json.GetOption; setter is one of the functions of an option.
func JSONOption(opts json.Options, setter any) (any, bool) {
	switch set := setter.(type) {
	case func(bool) json.Options:
		return json.GetOption(opts, set)
	case func(int64) json.Options:
		return json.GetOption(opts, set)
	case func(int) json.Options:
		return json.GetOption(opts, set)
	case func(string) json.Options:
		return json.GetOption(opts, set)
	case func(*json.Marshalers) json.Options:
		return json.GetOption(opts, set)
	case func(*json.Unmarshalers) json.Options:
		return json.GetOption(opts, set)
	}
	return nil, false
}

// JSONAppendFormat is jsontext.AppendFormat.
func JSONAppendFormat(dst, src []byte, opts ...jsontext.Options) ([]byte, error) {
	return jsontext.AppendFormat(dst, src, opts...)
}

// JSONAppendQuote is jsontext.AppendQuote.
func JSONAppendQuote(dst, src []byte) ([]byte, error) { return jsontext.AppendQuote(dst, src) }

// JSONAppendUnquote is jsontext.AppendUnquote.
func JSONAppendUnquote(dst, src []byte) ([]byte, error) { return jsontext.AppendUnquote(dst, src) }
