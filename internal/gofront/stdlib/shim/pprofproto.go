package shim

import (
	"compress/gzip"
	"encoding/binary"
	"io"
)

// writeProto writes a profile of counts for tools: gzipped, as profile.proto of
// github.com/google/pprof says.
func writeProto(w io.Writer, name string, list []alike) error {
	p := proto{strings: map[string]uint64{}}
	p.str("")
	p.message(1, func(m *proto) { // sample_type
		m.number(1, p.str(name))
		m.number(2, p.str("count"))
	})
	locations := map[Call]uint64{}
	for _, a := range list {
		p.message(2, func(m *proto) { // sample
			for _, c := range a.calls {
				id, ok := locations[c]
				if !ok {
					id = uint64(len(locations) + 1)
					locations[c] = id
				}
				m.number(1, id)
			}
			m.number(2, uint64(a.count))
		})
	}
	for c, id := range locations {
		p.message(4, func(m *proto) { // location
			m.number(1, id)
			m.message(4, func(line *proto) {
				line.number(1, id)
				line.number(2, uint64(c.Line))
			})
		})
		p.message(5, func(m *proto) { // function
			m.number(1, id)
			m.number(2, p.str(c.Name))
			m.number(4, p.str(c.File))
		})
	}
	for _, s := range p.table {
		p.bytes(6, []byte(s))
	}
	z := gzip.NewWriter(w)
	if _, err := z.Write(p.out); err != nil {
		return err
	}
	return z.Close()
}

// proto is a message of protocol buffers in the making, and its strings.
type proto struct {
	out     []byte
	table   []string
	strings map[string]uint64
}

func (p *proto) str(s string) uint64 {
	i, ok := p.strings[s]
	if !ok {
		i = uint64(len(p.table))
		p.strings[s] = i
		p.table = append(p.table, s)
	}
	return i
}

func (p *proto) number(field, n uint64) {
	p.out = binary.AppendUvarint(p.out, field<<3)
	p.out = binary.AppendUvarint(p.out, n)
}

func (p *proto) bytes(field uint64, b []byte) {
	p.out = binary.AppendUvarint(p.out, field<<3|2)
	p.out = binary.AppendUvarint(p.out, uint64(len(b)))
	p.out = append(p.out, b...)
}

func (p *proto) message(field uint64, fill func(m *proto)) {
	var m proto
	fill(&m)
	p.bytes(field, m.out)
}
