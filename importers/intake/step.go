package intake

// Step, when not nil, is called with the name of the operation before every
// operation on the disk: open, create, write, fsync, rename, remove, mkdir.
// Tests end the process there. It must be safe for concurrent use.
type Step func(op string)

func (s Step) before(op string) {
	if s != nil {
		s(op)
	}
}
