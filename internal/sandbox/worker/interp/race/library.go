package race

import (
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/hook"
)

// Of what compiled code does only little is seen: its locks and goroutines are its own,
// and it reads and writes what the program gives it. So there is a table of what matters:
// calls by which goroutines may come to wait for each other order more than they would in
// compiled Go, and of reads and writes those count that everybody knows of. Both err on
// the side of silence.

// actionAt is what is done at a call, nil for nothing.
func actionAt(p *hook.Point) action {
	path, recv, name := p.Callee.Path, p.Callee.Recv, p.Callee.Name
	switch path {
	case "sync":
		if name == "OnceFunc" {
			return (*Detector).onceFunc
		}
		return locks[recv+"."+name]
	case "sync/atomic":
		return atomicAction(p)
	case "time":
		return timeAction(recv + "." + name)
	case "context":
		if recv == "" || recv == "CancelFunc" || recv == "CancelCauseFunc" {
			return exchange
		}
		return learn
	case "reflect":
		return reflectAction(recv, name)
	case "runtime", "playground/internal/gofront/stdlib/host":
		if name == "SetFinalizer" || name == "AddCleanup" {
			return frees
		}
	case "testing/synctest":
		if name == "Wait" {
			return awaits
		}
	}
	if exchanges(path, recv, name) {
		return exchange
	}
	return effectOf(p)
}

// streams are those of the operands that the library may read from or write to.
func streams(p *hook.Point) (list []int) {
	for i, t := range p.In {
		if isStream(t) {
			list = append(list, i)
		}
	}
	return list
}

// isStream says whether a type is an interface of what is read from or written to.
func isStream(t reflect.Type) bool {
	if t.Kind() != reflect.Interface {
		return false
	}
	_, reads := t.MethodByName("Read")
	_, writes := t.MethodByName("Write")
	return reads || writes
}

// holds says whether methods of a type read from a stream, or write to one, that a value of
// it has in itself, such as a bufio.Scanner.
func holds(t reflect.Type) bool {
	if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return false
	}
	for f := range t.Elem().Fields() {
		if isStream(f.Type) {
			return true
		}
	}
	return false
}

// discard is what io.Discard is.
var discard = reflect.TypeOf(io.Discard)

// connects says whether somebody may be at the other end of what a value reads from or
// writes to: a pipe's, or what has one in itself.
func connects(v reflect.Value) bool {
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return v.IsValid() && v.Type() != discard
	}
	t := v.Type().Elem()
	switch name := t.PkgPath() + "." + t.Name(); name {
	case "bufio.Reader", "bufio.Writer", "bufio.Scanner":
		return passesOn(v)
	case "os.File":
		return false
	default:
		return !unsynchronised[name]
	}
}

// passesOn says whether somebody may be at the other end of a stream that v, a pointer to a
// struct, has in itself.
func passesOn(v reflect.Value) bool {
	for i := range v.Elem().NumField() {
		if f := v.Elem().Field(i); isStream(f.Type()) && connects(f.Elem()) {
			return true
		}
	}
	return false
}

// exchanging are packages whose functions pass on what goroutines have done.
var exchanging = map[string]bool{"log": true, "log/slog": true, "net": true, "testing": true, "os/signal": true, "iter": true, "expvar": true}

// exchanges says whether a function may let goroutines wait for each other, of which
// only that is known. A function value that the library has made has no name.
func exchanges(path, recv, name string) bool {
	switch {
	case name == "", exchanging[path], strings.HasPrefix(path, "net/"), strings.HasPrefix(path, "testing/"):
		return true
	case path == "io":
		return recv == "PipeReader" || recv == "PipeWriter"
	case path == "os":
		return recv == "File" && (name == "Read" || name == "Close")
	}
	return false
}

// reflectAction finds what is done at a function or a method of package reflect.
func reflectAction(recv, name string) action {
	switch {
	case communicates(name):
		return exchange
	case recv == "Value":
		return reflected(name)
	case name == "Copy":
		return copies
	}
	return nil
}

// awaits is synctest.Wait: all others of the bubble have come to rest.
func awaits(d *Detector, a *hook.Act) {
	a.Native()
	d.acquireAll(d.of(a.G))
}

// communicates says whether a function of package reflect works on channels.
func communicates(name string) bool {
	switch name {
	case "Select", "Send", "Recv", "TrySend", "TryRecv", "Close":
		return true
	}
	return false
}

// exchange is a call in which compiled code may pass on what the goroutine has done, and
// learn what others have.
func exchange(d *Detector, a *hook.Act) {
	t := d.of(a.G)
	d.library.releaseBy(t)
	a.Native()
	d.library.acquireBy(t)
}

// frees is a call that names what is called when memory is freed.
func frees(d *Detector, a *hook.Act) {
	d.mu.Lock()
	d.freeing = true
	d.mu.Unlock()
	a.Native()
}

// reflected is a method of reflect.Value: it reads or writes where the value lies.
func reflected(name string) action {
	write := strings.HasPrefix(name, "Set") && name != "SetMapIndex"
	switch {
	case write:
	case name == "Interface", name == "Int", name == "Uint", name == "Float", name == "String", name == "Bool", name == "Bytes":
	default:
		return nil
	}
	return func(d *Detector, a *hook.Act) {
		if v := *(*reflect.Value)(a.Args[0]); v.IsValid() && v.CanAddr() {
			d.noteSize(a, v.Addr().UnsafePointer(), v.Type().Size(), write, false)
		}
		a.Native()
	}
}

// copies is reflect.Copy.
func copies(d *Detector, a *hook.Act) {
	to, from := *(*reflect.Value)(a.Args[0]), *(*reflect.Value)(a.Args[1])
	if to.Kind() == reflect.Slice && from.Kind() == reflect.Slice {
		size := uintptr(min(to.Len(), from.Len())) * to.Type().Elem().Size()
		d.noteSize(a, from.UnsafePointer(), size, false, false)
		d.noteSize(a, to.UnsafePointer(), size, true, false)
	}
	a.Native()
}

// learn is a call that only learns.
func learn(d *Detector, a *hook.Act) {
	a.Native()
	d.library.acquireBy(d.of(a.G))
}

// publish is a call that only passes on.
func publish(d *Detector, a *hook.Act) {
	d.library.releaseBy(d.of(a.G))
	a.Native()
}

func timeAction(name string) action {
	switch name {
	case ".AfterFunc":
		return (*Detector).afterFunc
	case ".NewTimer", ".After", ".NewTicker", ".Tick":
		return publish
	case "Timer.Reset", "Ticker.Reset", "Timer.Stop", "Ticker.Stop":
		return func(d *Detector, a *hook.Act) {
			d.receiver(a).releaseBy(d.of(a.G))
			publish(d, a)
		}
	}
	return nil
}

// afterFunc is time.AfterFunc: what the function does happens after the call.
func (d *Detector) afterFunc(a *hook.Act) {
	f := *(*func())(a.Args[1])
	if f == nil {
		a.Native()
		return
	}
	run, by := d.adopts(a, f)
	delay := *(*time.Duration)(a.Args[0])
	var timer *time.Timer
	if a.Host.IsValid() {
		timer = a.Host.Call([]reflect.Value{reflect.ValueOf(delay), reflect.ValueOf(run)})[0].Interface().(*time.Timer)
	} else {
		timer = time.AfterFunc(delay, run)
	}
	by.again.Store(d.object(unsafe.Pointer(timer)))
	*(**time.Timer)(a.Results[0]) = timer
}

// atomicAction finds what is done at a function or a method of package atomic.
func atomicAction(p *hook.Point) action {
	op, ok := atomicOf(p)
	if !ok {
		return passes
	}
	return func(d *Detector, a *hook.Act) {
		at := a.Receiver()
		if at == nil {
			a.Native()
			return
		}
		o := d.object(at)
		// With the operation itself, so that who reads what was stored knows of it.
		o.mu.Lock()
		defer o.mu.Unlock()
		a.Native()
		op.done(d, a, o)
	}
}

// atomicOp is an operation of package atomic on a word of memory.
type atomicOp struct {
	size        uintptr
	load, store bool // and nothing else
}

// atomicOf is the operation of a function or a method, if it is one on a word whose
// address is the first operand.
func atomicOf(p *hook.Point) (op atomicOp, ok bool) {
	name := p.Callee.Name
	if p.Callee.Recv == "Value" || len(p.In) == 0 || p.In[0].Kind() != reflect.Pointer {
		return op, false
	}
	op = atomicOp{granule, strings.HasPrefix(name, "Load"), strings.HasPrefix(name, "Store")}
	switch {
	case strings.HasSuffix(name, "32"), strings.HasSuffix(p.Callee.Recv, "32"), p.Callee.Recv == "Bool":
		op.size = 4
	}
	return op, true
}

// done is what follows from the operation. The object's lock is held.
func (op atomicOp) done(d *Detector, a *hook.Act, o *object) {
	t := d.of(a.G)
	if !op.store {
		o.acquire(t)
	}
	d.noteSize(a, a.Receiver(), op.size, !op.load, true)
	if op.store {
		o.knows.set(t.knows)
		t.add(&o.knows)
		t.tick()
	} else if !op.load {
		o.release(t)
	}
}

// effect is what a call reads and writes of what its arguments lead to.
type effect struct{ reads, writes []int }

// effectOf is what a call does to memory, as far as it is known.
func effectOf(p *hook.Point) action {
	e, ends := effect{}, streams(p)
	path, recv, name := p.Callee.Path, p.Callee.Recv, p.Callee.Name
	single := unsynchronised[path+"."+recv]
	if recv != "" && single && len(p.In) > 0 && p.In[0].Kind() == reflect.Pointer {
		if looksOnly[name] {
			e.reads = append(e.reads, 0)
		} else {
			e.writes = append(e.writes, 0)
		}
	}
	written := writers[path+"."+name]
	if recv != "" {
		written = writers[recv+"."+name] || name == "Read" || name == "ReadAt"
	}
	for i, t := range p.In {
		if i == 0 && recv != "" && single {
			continue
		}
		switch t.Kind() {
		case reflect.Slice:
			if written {
				e.writes = append(e.writes, i)
			} else {
				e.reads = append(e.reads, i)
			}
		case reflect.Pointer, reflect.Map, reflect.Interface:
			if slices.Contains(ends, i) {
				continue
			}
			if written && t.Kind() != reflect.Map {
				e.writes = append(e.writes, i)
			} else if shows(path) {
				e.reads = append(e.reads, i)
			}
		}
	}
	through := recv != "" && len(p.In) > 0 && holds(p.In[0])
	if len(e.reads)+len(e.writes)+len(ends) == 0 && !through {
		return nil
	}
	return func(d *Detector, a *hook.Act) {
		for _, i := range e.reads {
			d.effect(a, a.In[i], a.Args[i], false)
		}
		for _, i := range e.writes {
			d.effect(a, a.In[i], a.Args[i], true)
		}
		if through && a.Receiver() != nil && passesOn(reflect.NewAt(a.In[0], a.Args[0]).Elem()) {
			exchange(d, a)
			return
		}
		for _, i := range ends {
			v := reflect.NewAt(a.In[i], a.Args[i]).Elem().Elem()
			if connects(v) {
				exchange(d, a)
				return
			}
			if v.Kind() == reflect.Pointer && v.Type().Elem() != reflect.TypeFor[os.File]() { // which many may write to
				d.effect(a, a.In[i], a.Args[i], true)
			}
		}
		a.Native()
	}
}

// shows says whether functions of a package look into what pointers point to.
func shows(path string) bool {
	switch path {
	case "fmt", "encoding/json", "encoding/gob", "encoding/xml", "text/template", "html/template":
		return true
	}
	return false
}

// unsynchronised are the library's types that one goroutine at a time may use.
var unsynchronised = map[string]bool{
	"strings.Builder": true, "bytes.Buffer": true, "strings.Reader": true, "bytes.Reader": true,
	"bufio.Writer": true, "bufio.Reader": true, "bufio.Scanner": true, "container/list.List": true,
	"math/rand.Rand": true, "math/rand/v2.Rand": true, "math/big.Int": true,
}

// looksOnly are methods of these that change nothing.
var looksOnly = map[string]bool{"String": true, "Len": true, "Cap": true, "Bytes": true, "Size": true, "Front": true, "Back": true, "Err": true, "Text": true, "Cmp": true, "Sign": true, "Int64": true}

// writers are functions that write to what their arguments lead to.
var writers = map[string]bool{
	"sort.Ints": true, "sort.Strings": true, "sort.Float64s": true, "sort.Slice": true, "sort.SliceStable": true,
	"slices.Sort": true, "slices.SortFunc": true, "slices.SortStableFunc": true, "slices.Reverse": true,
	"io.ReadFull": true, "io.ReadAtLeast": true, "crypto/rand.Read": true, "math/rand.Read": true,
	"encoding/json.Unmarshal": true, "Decoder.Decode": true, "fmt.Sscan": true, "fmt.Sscanf": true, "fmt.Sscanln": true, "fmt.Scan": true, "fmt.Scanln": true, "fmt.Scanf": true,
}

// effect notes that what a value of type t at p leads to is read or written.
func (d *Detector) effect(a *hook.Act, t reflect.Type, p unsafe.Pointer, write bool) {
	switch t.Kind() {
	case reflect.Slice:
		h := (*struct {
			data unsafe.Pointer
			len  int
		})(p)
		if t.Elem().Kind() == reflect.Interface && !write {
			for i := range h.len {
				d.effect(a, t.Elem(), unsafe.Add(h.data, uintptr(i)*t.Elem().Size()), write)
			}
			return
		}
		d.noteSize(a, h.data, uintptr(h.len)*t.Elem().Size(), write, false)
	case reflect.Pointer:
		if e := t.Elem(); write || e.Kind() == reflect.Struct || e.Kind() == reflect.Array {
			d.noteSize(a, *(*unsafe.Pointer)(p), e.Size(), write, false)
		}
	case reflect.Map:
		d.noteSize(a, *(*unsafe.Pointer)(p), granule, write, false)
	case reflect.Interface:
		v := reflect.NewAt(t, p).Elem().Elem()
		switch v.Kind() {
		case reflect.Pointer, reflect.Map, reflect.Slice:
			held := reflect.New(v.Type())
			held.Elem().Set(v)
			d.effect(a, v.Type(), held.UnsafePointer(), write)
		}
	}
}
