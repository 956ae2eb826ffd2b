package castkey

import (
	"context"
	"io"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// A pipe that Go opens as a file can't be read and written at once; one opened for overlapped use can.

var (
	kernel32            = syscall.NewLazyDLL("kernel32.dll")
	createEvent         = kernel32.NewProc("CreateEventW")
	getOverlappedResult = kernel32.NewProc("GetOverlappedResult")
	cancelIO            = kernel32.NewProc("CancelIoEx")
)

const (
	errorPipeBusy    = syscall.Errno(231)
	fileOverlapped   = 0x40000000
	identifyOnly     = 0x00110000 // SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION: a squatter can't act as this user
	busyPipeInterval = 20 * time.Millisecond
)

func init() {
	openSocket = openOverlapped
	isAbsolute = func(path string) bool { return strings.HasPrefix(path, `\\.\pipe\`) }
	socketIn = func(profile string) string { return `\\.\pipe\castkey-` + hashOf(profile)[:16] }
	usualSettings = `AppData\Roaming`
}

// direction is reading or writing; what the system writes to must not move, so it lies on the heap.
type direction struct {
	mu         sync.Mutex
	overlapped syscall.Overlapped
}

type pipe struct {
	handle         syscall.Handle
	reads, writes  *direction
	closing        sync.Once
	closed         chan struct{}
	readBuf, rest  []byte
	writeKeepAlive []byte
}

func openOverlapped(ctx context.Context, path string) (io.ReadWriteCloser, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	for {
		access := uint32(syscall.GENERIC_READ | syscall.GENERIC_WRITE)
		handle, err := syscall.CreateFile(name, access, 0, nil, syscall.OPEN_EXISTING, fileOverlapped|identifyOnly, 0)
		if err == nil {
			return newPipe(handle)
		}
		if err != errorPipeBusy {
			return nil, err
		}
		select {
		case <-time.After(busyPipeInterval):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func newPipe(handle syscall.Handle) (*pipe, error) {
	opened := &pipe{handle: handle, closed: make(chan struct{}), readBuf: make([]byte, lineBytes)}
	for _, side := range []**direction{&opened.reads, &opened.writes} {
		event, _, err := createEvent.Call(0, 1, 0, 0)
		if event == 0 {
			syscall.CloseHandle(handle)
			return nil, err
		}
		*side = &direction{overlapped: syscall.Overlapped{HEvent: syscall.Handle(event)}}
	}
	return opened, nil
}

func (p *pipe) Read(into []byte) (int, error) {
	p.reads.mu.Lock()
	defer p.reads.mu.Unlock()
	if len(p.rest) == 0 {
		count, err := p.wait(p.reads, func(over *syscall.Overlapped) error {
			var now uint32
			return syscall.ReadFile(p.handle, p.readBuf, &now, over)
		})
		if err != nil {
			return 0, err
		}
		p.rest = p.readBuf[:count]
	}
	count := copy(into, p.rest)
	p.rest = p.rest[count:]
	return count, nil
}

func (p *pipe) Write(data []byte) (int, error) {
	p.writes.mu.Lock()
	defer p.writes.mu.Unlock()
	p.writeKeepAlive = data
	return p.wait(p.writes, func(over *syscall.Overlapped) error {
		var now uint32
		return syscall.WriteFile(p.handle, data, &now, over)
	})
}

func (p *pipe) wait(side *direction, start func(*syscall.Overlapped) error) (int, error) {
	select {
	case <-p.closed:
		return 0, io.EOF
	default:
	}
	if err := start(&side.overlapped); err != nil && err != syscall.ERROR_IO_PENDING {
		return 0, ended(err)
	}
	var count uint32
	done, _, err := getOverlappedResult.Call(
		uintptr(p.handle), uintptr(unsafe.Pointer(&side.overlapped)), uintptr(unsafe.Pointer(&count)), 1)
	if done == 0 {
		return 0, ended(err)
	}
	return int(count), nil
}

func ended(err error) error {
	if err == syscall.ERROR_BROKEN_PIPE || err == syscall.ERROR_OPERATION_ABORTED {
		return io.EOF
	}
	return err
}

// Close ends what is under way, waits for it, and only then gives the handles back.
func (p *pipe) Close() error {
	p.closing.Do(func() {
		close(p.closed)
		cancelIO.Call(uintptr(p.handle), 0)
		go func() {
			for _, side := range []*direction{p.reads, p.writes} {
				side.mu.Lock()
				defer side.mu.Unlock()
				syscall.CloseHandle(side.overlapped.HEvent)
			}
			syscall.CloseHandle(p.handle)
		}()
	})
	return nil
}
