package engine

import (
	"go/constant"
	"reflect"
	"unsafe"
)

// constantCell is where a constant lies, as a value of type t; a host variable is its
// own cell. yaegi keeps constants as exact numbers, or as values of their default
// types: here they become what the place wants that they are for. The cell is made
// once, when the program is compiled, and nobody writes to it.
func constantCell(v reflect.Value, t reflect.Type) unsafe.Pointer {
	if v.CanAddr() && v.Type() == t {
		return v.Addr().UnsafePointer()
	}
	cell := reflect.New(t).Elem()
	if c, ok := v.Interface().(constant.Value); ok {
		setConstant(cell, c)
	} else if v.Type().AssignableTo(t) {
		cell.Set(v)
	} else {
		cell.Set(v.Convert(t))
	}
	return cell.Addr().UnsafePointer()
}

// setConstant gives a cell an exact constant, which go/types has found to fit: that is
// why nothing here can fail. In an interface it has its default type.
func setConstant(cell reflect.Value, c constant.Value) {
	if cell.Kind() == reflect.Interface {
		switch c.Kind() {
		case constant.Bool:
			cell.Set(reflect.ValueOf(constant.BoolVal(c)))
		case constant.String:
			cell.Set(reflect.ValueOf(constant.StringVal(c)))
		default:
			n, _ := constant.Int64Val(constant.ToInt(c))
			cell.Set(reflect.ValueOf(int(n)))
		}
		return
	}
	switch c.Kind() {
	case constant.Bool:
		cell.SetBool(constant.BoolVal(c))
	case constant.String:
		cell.SetString(constant.StringVal(c))
	default:
		n, _ := constant.Int64Val(constant.ToInt(c))
		switch {
		case cell.CanInt():
			cell.SetInt(n)
		case cell.CanUint():
			cell.SetUint(uint64(n))
		case cell.CanFloat():
			x, _ := constant.Float64Val(c)
			cell.SetFloat(x)
		}
	}
}
