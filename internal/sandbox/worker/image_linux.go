package worker

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// image is where the binary is mapped and was never written to: all of its code, and
// its constants but for the pages that have method tables of ours.
type image [][]byte

// readImage looks where that is. It is for when nothing of it will be written any
// more, and before the walls, which hide it. An image of none gives nothing back.
func readImage() (m image) {
	file, err := os.Open("/proc/self/maps")
	if err != nil {
		return nil
	}
	defer file.Close()
	var binary []byte
	for lines := bufio.NewScanner(file); lines.Scan(); {
		f := bytes.Fields(lines.Bytes()) // addresses, rights, offset, device, inode, path
		if len(f) < 6 {
			continue
		}
		if binary == nil { // the first mapping is of its code
			binary = bytes.Clone(f[4])
		}
		var from, to uintptr
		if n, _ := fmt.Sscanf(string(f[0]), "%x-%x", &from, &to); n != 2 || !bytes.Equal(f[4], binary) || f[1][1] != '-' {
			continue
		}
		m = append(m, unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(nil), from)), to-from))
	}
	return m
}

// giveBack forgets the pages. The kernel has them still, and maps those again that
// are asked for.
func (m image) giveBack() {
	for _, pages := range m {
		_ = unix.Madvise(pages, unix.MADV_DONTNEED) // else they stay
	}
}
