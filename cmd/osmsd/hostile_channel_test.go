package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"osmsd/importers/intake"
)

// Channels: 94 to 104.
func hostileChannels() []hostile {
	must := func(t *testing.T, errs ...error) {
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	odd := func(no int, name, file string, reason intake.Reason, place func(t *testing.T, path string)) hostile {
		return hostile{no: no, name: name, file: file, odd: reason, place: place}
	}
	var all []hostile
	add := func(h ...hostile) { all = append(all, h...) }
	add(
		odd(94, "a directory named .xlsx", "h094.xlsx", intake.IsDirectory, func(t *testing.T, path string) {
			must(t, os.Mkdir(path, 0o750), os.WriteFile(filepath.Join(path, "inside.csv"), []byte("x"), 0o600))
		}),
		odd(94, "a pipe", "h094-pipe.csv", intake.IsSpecial, func(t *testing.T, path string) { must(t, syscall.Mkfifo(path, 0o600)) }),
		odd(94, "a socket", "h094-s.csv", intake.IsSpecial, func(t *testing.T, path string) {
			// A path of a socket may not be long.
			short := filepath.Join(os.TempDir(), fmt.Sprintf("h094-%d", os.Getpid()))
			l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
			must(t, err)
			l.SetUnlinkOnClose(false)
			must(t, l.Close(), os.Rename(short, path))
		}),
		odd(94, "a file of 2 GB", "h094-2g.csv", intake.TooLarge, func(t *testing.T, path string) {
			must(t, os.WriteFile(path, nil, 0o600), os.Truncate(path, 2<<30))
		}),
		hostile{no: 94, name: "10,000 files at once", before: crowd(10_000), data: func(s source) []byte { return s.csv(1) }, want: "applied", known: 50, heavy: true},
		hostile{no: 94, name: "200 files at once", before: crowd(200), data: func(s source) []byte { return s.csv(1) }, want: "applied", known: 50},
		odd(95, "a link to a file of the system", "h095.csv", intake.IsLink, func(t *testing.T, path string) { must(t, os.Symlink("/etc/passwd", path)) }),
		odd(95, "a link into another region's folder", "h095-71.csv", intake.IsLink, func(t *testing.T, path string) { must(t, os.Symlink("../71/x.csv", path)) }),
		odd(95, "a hard link", "h095-hard.csv", intake.IsHardLink, func(t *testing.T, path string) {
			other := filepath.Join(t.TempDir(), "x.csv")
			must(t, os.WriteFile(other, []byte("x"), 0o600), os.Link(other, path))
		}),
		hostile{no: 95, name: "replaced between look and read", elsewhere: "importers/intake TestOpenRegularSwapped"},
	)
	for name, file := range map[string]string{
		"like an option":            "-rf --help.csv",
		"a line end":                "бірінші\nекінші.csv",
		"255 bytes":                 strings.Repeat("Ә", 125) + "1.csv",
		"no UTF-8":                  "\xf1\xee\xea\xff.csv",
		"NFD":                       "Бейбитшили\u0306к и\u0306о\u0308.csv",
		"a dot at the end":          "тізім.csv.",
		"CON":                       "CON",
		"a device of Windows":       "nul.tar.csv",
		"case A":                    "Список.CSV",
		"case B":                    "СПИСОК.csv",
		"writing turned round":      "список\u202evsc.exe",
		"a backslash":               `a\..\..\windows\x.csv`,
		"Kazakh letters":            "Ә Ғ Қ Ң Ө Ұ Ү Һ І ә ғ қ ң ө ұ ү һ і.csv",
		"a number of a person":      "150314500014 " + numbered("1503145", 9000).Digits() + ".csv",
		"formats and tags":          "%s%n<b>&amp;'\"; DROP TABLE.csv",
		"spaces":                    "   .csv",
		"a face and invisible ones": "\u200b😀\u2066.csv",
		"control characters":        "\x1b[31m\x07\x7f.csv",
	} {
		add(hostile{no: 96, name: name, file: file, data: func(s source) []byte { return s.csv(2) }, want: "applied", known: 2})
	}
	add(
		hostile{no: 97, name: "no permission", elsewhere: "importers/intake TestPollWithoutPermission"},
		hostile{no: 97, name: "the inbox is missing", elsewhere: "importers/intake TestPollInboxMissing"},
		hostile{no: 97, name: "the disk fails", elsewhere: "importers/intake TestShortOfSomething"},
		hostile{no: 98, name: "changed or gone while it is read", elsewhere: "importers/intake TestClaimChanged"},
		hostile{no: 99, name: "SFTP", notBuilt: "there is no SFTP channel"},
		hostile{no: 100, name: "S3", notBuilt: "there is no S3 channel"},
		hostile{no: 101, name: "HTTP", notBuilt: "there is no HTTP channel"},
		hostile{no: 102, name: "an upload with the token of another region", notBuilt: "there are no upload tokens"},
		hostile{no: 102, name: "another region's file in a region's folder", data: func(s source) []byte {
			return table(csvHeader, strings.ReplaceAll(s.line(0), s.bin.Digits(), s.other.Digits()))
		}, want: "applied_with_refusals", rows: []string{"A2 iin other_region refused"}},
		hostile{no: 103, name: "the same bytes twice at once", before: []func(source) delivery{func(s source) delivery { return delivery{"h103-first.csv", s.csv(3)} }},
			data: func(s source) []byte { return s.csv(3) }, want: "already_applied", known: 3},
		hostile{no: 103, name: "the same bytes by folder and HTTP", notBuilt: "there is no HTTP channel"},
		hostile{no: 104, name: "v2 before v1, and v1 again", elsewhere: "sync/jobs TestLateRoster"},
	)
	return all
}

// crowd are many small files of fifty pupils.
func crowd(n int) []func(source) delivery {
	var out []func(source) delivery
	for i := range n {
		out = append(out, func(s source) delivery {
			return delivery{fmt.Sprintf("crowd-%d-%d.csv", s.nth, i), table(csvHeader, s.line(i%50), strings.Repeat(";", i%7))}
		})
	}
	return out
}
