package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf16"
)

// What hostile files are made of: packages whose every field may lie.

// part is one part of a package.
type part struct{ name, body string }

// zipped packs parts as any program does.
func zipped(parts ...part) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err == nil {
			_, err = io.WriteString(w, p.body)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// rawEntry is an entry whose every field a maker may falsify.
type rawEntry struct {
	name         string
	body         []byte // as it lies in the file
	method       uint16
	flags        uint16
	crc          uint32
	packed, size uint32
	external     uint32 // attributes
	extra        []byte
	over         int // 1 + index of the entry whose body this one claims
}

// honest makes a stored entry that says the truth.
func honest(name, body string) rawEntry {
	n := uint32(len(body))
	return rawEntry{name: name, body: []byte(body), crc: crc32.ChecksumIEEE([]byte(body)), packed: n, size: n}
}

func honestAll(parts []part) (out []rawEntry) {
	for _, p := range parts {
		out = append(out, honest(p.name, p.body))
	}
	return out
}

// falsified stores all parts and lets one of them lie.
func falsified(parts []part, name string, lie func(*rawEntry)) []byte {
	all := honestAll(parts)
	for i := range all {
		if all[i].name == name {
			lie(&all[i])
		}
	}
	return rawZip(all...)
}

// rawZip writes entries as they are, true or not.
func rawZip(entries ...rawEntry) []byte {
	le := binary.LittleEndian
	var out, dir []byte
	at := make([]int, len(entries))
	for i, e := range entries {
		at[i] = len(out)
		if e.over > 0 {
			at[i] = at[e.over-1]
		} else {
			out = append(out, "PK\x03\x04\x14\x00"...)
			out = le.AppendUint16(le.AppendUint16(out, e.flags), e.method)
			out = append(out, 0, 0, 0x21, 0)
			out = le.AppendUint32(le.AppendUint32(le.AppendUint32(out, e.crc), e.packed), e.size)
			out = le.AppendUint16(le.AppendUint16(out, uint16(len(e.name))), 0)
			out = append(append(out, e.name...), e.body...)
		}
		dir = append(dir, "PK\x01\x02\x14\x03\x14\x00"...)
		dir = le.AppendUint16(le.AppendUint16(dir, e.flags), e.method)
		dir = append(dir, 0, 0, 0x21, 0)
		dir = le.AppendUint32(le.AppendUint32(le.AppendUint32(dir, e.crc), e.packed), e.size)
		dir = le.AppendUint16(le.AppendUint16(le.AppendUint16(dir, uint16(len(e.name))), uint16(len(e.extra))), 0)
		dir = append(dir, 0, 0, 0, 0)
		dir = le.AppendUint32(le.AppendUint32(dir, e.external), uint32(at[i]))
		dir = append(append(dir, e.name...), e.extra...)
	}
	n := uint16(len(entries))
	out = append(out, dir...)
	out = append(out, "PK\x05\x06\x00\x00\x00\x00"...)
	out = le.AppendUint16(le.AppendUint16(out, n), n)
	out = le.AppendUint32(le.AppendUint32(out, uint32(len(dir))), uint32(len(out)-12-len(dir)))
	return append(out, 0, 0)
}

// emptyEntries is a package of so many entries without names or bytes worth
// mentioning, whose end records say the truth.
func emptyEntries(n int) []byte {
	le := binary.LittleEndian
	var out, dir []byte
	for i := range n {
		name := le.AppendUint32(nil, uint32(i)|0x40404040)
		at := uint32(len(out))
		out = append(out, "PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x21\x00"...)
		out = append(out, make([]byte, 12)...)
		out = append(append(out, 4, 0, 0, 0), name...)
		dir = append(dir, "PK\x01\x02\x14\x03\x14\x00\x00\x00\x00\x00\x00\x00\x21\x00"...)
		dir = append(dir, make([]byte, 12)...)
		dir = append(dir, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		dir = append(le.AppendUint32(dir, at), name...)
	}
	start, wide := uint64(len(out)), uint64(len(out)+len(dir))
	out = append(append(out, dir...), "PK\x06\x06"...)
	out = le.AppendUint64(out, 44)
	out = append(out, make([]byte, 12)...)
	for _, v := range []uint64{uint64(n), uint64(n), uint64(len(dir)), start} {
		out = le.AppendUint64(out, v)
	}
	out = append(out, "PK\x06\x07\x00\x00\x00\x00"...)
	out = append(le.AppendUint64(out, wide), 1, 0, 0, 0)
	return append(out, "PK\x05\x06\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00"...)
}

// grown packs parts, of which the named one is head, then unit so many times,
// then tail. It is packed once and repeated as packed blocks, so that gigabytes
// take moments to make.
func grown(parts []part, name, head, unit string, times int, tail string) []byte {
	le := binary.LittleEndian
	block := strings.Repeat(unit, max(1, (1<<20)/len(unit)))
	perBlock := len(block) / len(unit)
	deflated := func(s string) []byte { // ends at a byte, without an end of the stream
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, 9)
		_, _ = io.WriteString(w, s)
		_ = w.Flush()
		return b.Bytes()
	}
	blocks, rest := times/perBlock, times%perBlock
	body := deflated(head)
	packedBlock := deflated(block)
	body = append(body, bytes.Repeat(packedBlock, blocks)...)
	body = append(body, deflated(strings.Repeat(unit, rest))...)
	body = append(body, deflated(tail)...)
	body = append(body, 3, 0) // the last block, empty
	sum := crc32.NewIEEE()
	size := uint64(0)
	write := func(s string) {
		_, _ = io.WriteString(sum, s)
		size += uint64(len(s))
	}
	write(head)
	for range blocks {
		write(block)
	}
	write(strings.Repeat(unit, rest))
	write(tail)
	e := rawEntry{name: name, body: body, method: 8, crc: sum.Sum32(), packed: uint32(len(body)), size: uint32(size)}
	if size >= 0xFFFFFFFF {
		e.size = 0xFFFFFFFF
		e.extra = le.AppendUint64([]byte{1, 0, 8, 0}, size)
	}
	var all []rawEntry
	for _, p := range parts {
		if p.name != name {
			all = append(all, honest(p.name, p.body))
		}
	}
	return rawZip(append(all, e)...)
}

// compound makes a compound file (OLE) whose directory holds the named streams.
func compound(streams ...string) []byte {
	le := binary.LittleEndian
	b := make([]byte, 512*3)
	copy(b, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	le.PutUint16(b[30:], 9)
	le.PutUint32(b[48:], 1) // the directory is sector 1
	le.PutUint32(b[76:], 0) // the table is sector 0
	le.PutUint32(b[512:], 0xFFFFFFFD)
	le.PutUint32(b[516:], 0xFFFFFFFE)
	for i, s := range append([]string{"Root Entry"}, streams...) {
		e := b[1024+128*i:]
		for k, u := range utf16.Encode([]rune(s)) {
			le.PutUint16(e[2*k:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(s)+2))
	}
	return b
}

// wide writes text as UTF-16 with a byte order mark.
func wide(text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func flipped(b []byte, at int, bit byte) []byte {
	b = bytes.Clone(b)
	b[at] ^= bit
	return b
}

func zeroed(b []byte, from, to int) []byte {
	b = bytes.Clone(b)
	clear(b[from:to])
	return b
}
