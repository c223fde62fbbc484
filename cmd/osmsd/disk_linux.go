package main

import "syscall"

// room tells how much of a disk is free, in bytes and in names of files; ok is
// false where that is not known.
func room(path string) (free, all, names, allNames uint64, ok bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(path, &s) != nil {
		return 0, 0, 0, 0, false
	}
	return s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize), s.Ffree, s.Files, true
}

// writable reports whether files may be made in a folder.
func writable(path string) bool {
	const write, search = 2, 1
	return syscall.Access(path, write|search) == nil
}
