package vnet

import (
	"context"
	"errors"
	"net"
	"reflect"
)

// handles pairs the concrete types of package net with what stands behind
// them here. It is guarded by the Network's mutex and lives as long.
type handles struct {
	real map[any]any // *net.TCPConn and its like to *Conn and its like
	ours map[any]any // the other way
}

// handle returns the *H that stands for obj, the same one each time.
func handle[H any](n *Network, obj any) *H {
	n.mu.Lock()
	defer n.mu.Unlock()
	if h, ok := n.handles.ours[obj].(*H); ok {
		return h
	}
	if n.handles.real == nil {
		n.handles = handles{map[any]any{}, map[any]any{}}
	}
	h := new(H)
	n.handles.real[h], n.handles.ours[obj] = obj, h
	return h
}

// Concrete returns what stands behind v, a handle such as a *net.TCPConn, or v
// itself. It is applied to what is converted to an interface.
func (n *Network) Concrete(v any) any {
	n.mu.Lock()
	defer n.mu.Unlock()
	if obj, ok := n.handles.real[v]; ok {
		return obj
	}
	return v
}

// Handle returns the handle of type t, such as *net.TCPConn, that stands for
// v, and whether v is of such a type here. It is applied to what is asserted
// to be a t.
func (n *Network) Handle(v any, t reflect.Type) (any, bool) {
	switch v := v.(type) {
	case *Conn:
		switch {
		case t == reflect.TypeFor[*net.TCPConn]() && v.network == "tcp":
			return handle[net.TCPConn](n, v), true
		case t == reflect.TypeFor[*net.UnixConn]() && v.network == "unix":
			return handle[net.UnixConn](n, v), true
		}
	case *Listener:
		switch {
		case t == reflect.TypeFor[*net.TCPListener]() && v.network == "tcp":
			return handle[net.TCPListener](n, v), true
		case t == reflect.TypeFor[*net.UnixListener]() && v.network == "unix":
			return handle[net.UnixListener](n, v), true
		}
	case *PacketConn:
		if t == reflect.TypeFor[*net.UDPConn]() {
			return handle[net.UDPConn](n, v), true
		}
	}
	return nil, false
}

// handleTypes are the types of package net that have handles.
func handleTypes() []reflect.Type {
	return []reflect.Type{reflect.TypeFor[*net.TCPConn](), reflect.TypeFor[*net.UnixConn](), reflect.TypeFor[*net.UDPConn](),
		reflect.TypeFor[*net.TCPListener](), reflect.TypeFor[*net.UnixListener]()}
}

// handleMethods makes functions of the methods of a handle's type: each calls
// the method of its name of what stands behind, or the real one, which fails
// as it does on a zero value.
func (n *Network) handleMethods(t reflect.Type) map[string]any {
	all := map[string]any{}
	for i := range t.NumMethod() {
		all[t.Method(i).Name] = n.handleMethod(t, t.Method(i)).Interface()
	}
	return all
}

func (n *Network) handleMethod(t reflect.Type, m reflect.Method) reflect.Value {
	return reflect.MakeFunc(m.Type, func(args []reflect.Value) []reflect.Value {
		obj := reflect.ValueOf(n.Concrete(args[0].Interface()))
		to := obj.MethodByName(m.Name)
		if !to.IsValid() || obj.Type() == t {
			return callFunc(m.Func, args, m.Type.IsVariadic())
		}
		out := callFunc(to, args[1:], m.Type.IsVariadic())
		for i := range out { // *Conn to *net.TCPConn and the like
			if want := m.Type.Out(i); out[i].Type() != want && want.Kind() == reflect.Pointer {
				out[i] = n.asHandle(out[i], want)
			} else {
				out[i] = out[i].Convert(want)
			}
		}
		return out
	})
}

func (n *Network) asHandle(v reflect.Value, want reflect.Type) reflect.Value {
	if h, ok := n.Handle(v.Interface(), want); ok {
		return reflect.ValueOf(h)
	}
	return reflect.Zero(want)
}

func callFunc(f reflect.Value, args []reflect.Value, variadic bool) []reflect.Value {
	if variadic {
		return f.CallSlice(args)
	}
	return f.Call(args)
}

// AcceptTCP is the method of that name of a *net.TCPListener.
func (l *Listener) AcceptTCP() (*Conn, error) { return l.acceptConn() }

// AcceptUnix is the method of that name of a *net.UnixListener.
func (l *Listener) AcceptUnix() (*Conn, error) { return l.acceptConn() }

func (l *Listener) acceptConn() (*Conn, error) {
	c, err := l.Accept()
	if err != nil {
		return nil, err
	}
	return c.(*Conn), nil
}

// The functions that return concrete types.

func (n *Network) listenTCP(network string, addr *net.TCPAddr) (*net.TCPListener, error) {
	if addr == nil {
		addr = &net.TCPAddr{}
	}
	l, err := n.Listen(network, addr.String())
	if err != nil {
		return nil, err
	}
	return handle[net.TCPListener](n, l), nil
}

func (n *Network) dialTCP(network string, local, remote *net.TCPAddr) (*net.TCPConn, error) {
	if remote == nil {
		return nil, opError("dial", network, addrOrNil(local), nil, errors.New("missing address"))
	}
	c, err := n.dialWith(&net.Dialer{LocalAddr: addrOrNil(local)}, context.Background(), network, remote.String())
	if err != nil {
		return nil, err
	}
	return handle[net.TCPConn](n, c), nil
}

func (n *Network) listenUDP(network string, addr *net.UDPAddr) (*net.UDPConn, error) {
	if addr == nil {
		addr = &net.UDPAddr{}
	}
	p, err := n.ListenPacket(network, addr.String())
	if err != nil {
		return nil, err
	}
	return handle[net.UDPConn](n, p), nil
}

func (n *Network) dialUDP(network string, local, remote *net.UDPAddr) (*net.UDPConn, error) {
	if remote == nil {
		return nil, opError("dial", network, nil, nil, errors.New("missing address"))
	}
	d := &net.Dialer{}
	if local != nil {
		d.LocalAddr = local
	}
	c, err := n.dialWith(d, context.Background(), network, remote.String())
	if err != nil {
		return nil, err
	}
	return handle[net.UDPConn](n, c), nil
}

func (n *Network) listenUnixAddr(network string, addr *net.UnixAddr) (*net.UnixListener, error) {
	if addr == nil {
		return nil, opError("listen", network, nil, nil, errors.New("missing address"))
	}
	l, err := n.Listen(network, addr.Name)
	if err != nil {
		return nil, err
	}
	return handle[net.UnixListener](n, l), nil
}

func (n *Network) dialUnixAddr(network string, _, remote *net.UnixAddr) (*net.UnixConn, error) {
	if remote == nil {
		return nil, opError("dial", network, nil, nil, errors.New("missing address"))
	}
	c, err := n.Dial(network, remote.Name)
	if err != nil {
		return nil, err
	}
	return handle[net.UnixConn](n, c), nil
}

func addrOrNil(a *net.TCPAddr) net.Addr {
	if a == nil {
		return nil
	}
	return a
}
