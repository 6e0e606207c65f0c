package streams

import (
	"errors"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"reflect"

	"playground/internal/gofront/memfs"
)

// A program's files are in its memory, and an *os.File only stands for one. What
// host code does with such a file, by way of an interface or of reflection, is
// turned aside here, as its reads and writes of the standard streams are.

// programFiles is the table. It is set once, before any program.
var programFiles *memfs.Table

// UseFiles makes a program's open files the ones that host code finds.
func UseFiles(open *memfs.Table) { programFiles = open }

// KeepFiles turns the calls aside that host code makes of files which are in a
// table. It must come before the walls; the table comes with UseFiles.
func KeepFiles() error {
	files := reflect.TypeFor[*os.File]()
	readAt, writeAt, seek := fileReadAt, fileWriteAt, fileSeek
	closes, stat, readDir, readdir := fileClose, fileStat, fileReadDir, fileReaddir
	return errors.Join(
		replaceMethod(files, "ReadAt", funcPC(&readAt)),
		replaceMethod(files, "WriteAt", funcPC(&writeAt)),
		replaceMethod(files, "Seek", funcPC(&seek)),
		replaceMethod(files, "Close", funcPC(&closes)),
		replaceMethod(files, "Stat", funcPC(&stat)),
		replaceMethod(files, "ReadDir", funcPC(&readDir)),
		replaceMethod(files, "Readdir", funcPC(&readdir)),
		replaceIn[io.ReaderAt]("ReadAt", funcPC(&readAt)),
		replaceIn[io.WriterAt]("WriteAt", funcPC(&writeAt)),
		replaceIn[multipart.File]("ReadAt", funcPC(&readAt)),
		replaceIn[multipart.File]("Seek", funcPC(&seek)),
		replaceIn[io.Seeker]("Seek", funcPC(&seek)),
		replaceIn[io.ReadSeeker]("Seek", funcPC(&seek)),
		replaceIn[http.File]("Seek", funcPC(&seek)),
		replaceIn[io.Closer]("Close", funcPC(&closes)),
		replaceIn[io.ReadCloser]("Close", funcPC(&closes)),
		replaceIn[io.WriteCloser]("Close", funcPC(&closes)),
		replaceIn[fs.File]("Close", funcPC(&closes)),
		replaceIn[http.File]("Close", funcPC(&closes)),
		replaceIn[multipart.File]("Close", funcPC(&closes)),
		replaceIn[fs.File]("Stat", funcPC(&stat)),
		replaceIn[http.File]("Stat", funcPC(&stat)),
		replaceIn[fs.ReadDirFile]("ReadDir", funcPC(&readDir)),
		replaceIn[http.File]("Readdir", funcPC(&readdir)),
	)
}

func fileReadAt(f *os.File, b []byte, at int64) (int, error) {
	if m := programFiles.Of(f); m != nil {
		return m.ReadAt(b, at)
	}
	return f.ReadAt(b, at)
}

func fileWriteAt(f *os.File, b []byte, at int64) (int, error) {
	if m := programFiles.Of(f); m != nil {
		return m.WriteAt(b, at)
	}
	return f.WriteAt(b, at)
}

func fileSeek(f *os.File, offset int64, whence int) (int64, error) {
	if m := programFiles.Of(f); m != nil {
		return m.Seek(offset, whence)
	}
	return f.Seek(offset, whence)
}

func fileClose(f *os.File) error {
	if programFiles.Of(f) != nil {
		return programFiles.Close(f)
	}
	return f.Close()
}

func fileStat(f *os.File) (os.FileInfo, error) {
	m := programFiles.Of(f)
	if m == nil {
		return f.Stat()
	}
	info, err := m.Stat()
	if err != nil {
		return nil, err
	}
	return info, nil
}

func fileReadDir(f *os.File, n int) ([]os.DirEntry, error) {
	m := programFiles.Of(f)
	if m == nil {
		return f.ReadDir(n)
	}
	list, err := m.ReadDir(n)
	return memfs.Entries(list), err
}

func fileReaddir(f *os.File, n int) ([]os.FileInfo, error) {
	m := programFiles.Of(f)
	if m == nil {
		return f.Readdir(n)
	}
	list, err := m.ReadDir(n)
	return memfs.Infos(list), err
}
