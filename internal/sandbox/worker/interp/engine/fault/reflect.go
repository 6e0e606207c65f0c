package fault

import (
	"reflect"
	"runtime"
	"strings"
)

// Translate gives a panic of package reflect the runtime's words, if it was the
// engine that made reflect panic: it finds by reflection what compiled code finds
// in other ways, such as that a pointer is nil. Where the program itself calls
// reflect, what that says is meant.
//
// Which of the two it was is seen on the stack. So Translate must be called, at
// whatever depth, by the function that the panic has deferred.
func Translate(v any) any {
	switch e := v.(type) {
	case *reflect.ValueError:
		if byEngine() {
			return NilDereference()
		}
	case string:
		if strings.HasPrefix(e, "reflect") && byEngine() {
			return reflectError(e)
		}
	}
	return v
}

func reflectError(s string) any {
	switch {
	case strings.Contains(s, "nil pointer"), strings.Contains(s, "zero Value"), strings.Contains(s, "nil interface value"):
		return NilDereference()
	case strings.Contains(s, "index out of range"):
		return Error("index out of range")
	case strings.Contains(s, "slice overflow"):
		return Error("growslice: len out of range")
	case strings.Contains(s, "slice bounds") || strings.Contains(s, "slice index"):
		return Error("slice bounds out of range")
	}
	return s
}

// engine is the import path of what calls reflect on a program's behalf.
var engine = strings.TrimSuffix(reflect.TypeFor[Way]().PkgPath(), "/fault")

// byEngine says whether the panic that runs the calling deferred function came
// out of package reflect, called by the engine. What a program calls of reflect
// has the caller of compiled functions between the two: package hostcall, or
// reflect's own call.
func byEngine() bool {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	panicked, depth := false, 0
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicked = true
		case !panicked:
		case f.Function == "reflect.Value.call" && depth > 0:
			return false
		case strings.HasPrefix(f.Function, "reflect."):
			depth++
		default:
			return depth > 0 && strings.HasPrefix(f.Function, engine) && !strings.HasPrefix(f.Function, engine+"/hostcall.")
		}
		if !more {
			return false
		}
	}
}
