package worker

import (
	"os"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// constants are among the binary's.
const constants = "a page of constants that is written to"

// What was written to is kept; the rest comes back when it is wanted.
func TestImageIsGivenBack(t *testing.T) {
	page := uintptr(os.Getpagesize())
	first := uintptr(unsafe.Pointer(unsafe.StringData(constants))) &^ (page - 1)
	if err := unix.Mprotect(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(nil), first)), page), unix.PROT_READ|unix.PROT_WRITE); err != nil {
		t.Fatal(err)
	}
	m := readImage()
	if len(m) < 2 {
		t.Fatalf("%d parts of the binary, want its code and its constants", len(m))
	}
	for _, part := range m {
		if from := uintptr(unsafe.Pointer(&part[0])); first >= from && first < from+uintptr(len(part)) {
			t.Error("a page that can be written to would be given back")
		}
	}
	before := filePages(t)
	m.giveBack()
	if after := filePages(t); after >= before {
		t.Errorf("%s of the binary's pages are mapped, %s before", after, before)
	}
}

// filePages is the RssFile of the process, as the kernel writes it: a column of digits
// whose strings compare as the numbers do.
func filePages(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "RssFile:\t")
	size, _, ok := strings.Cut(rest, " kB")
	if !ok {
		t.Fatalf("no RssFile in\n%s", b)
	}
	return size
}
