package statement

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rsc.io/qr"
	"rsc.io/qr/coding"

	"osmsd/sync/osms"
)

// grey is a page as its pixels, 0 black.
type grey struct {
	wide, high int
	pixels     []byte
}

const perMM = 600 / 25.4

func (g grey) dark(x, y float64) bool {
	i, j := int(x*perMM), int(y*perMM)
	return i >= 0 && j >= 0 && i < g.wide && j < g.high && g.pixels[j*g.wide+i] < 128
}

// rendered is a page at 600 dots an inch.
func rendered(t *testing.T, pdf []byte, page int) grey {
	t.Helper()
	tool, err := exec.LookPath("pdftoppm")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftoppm is missing: install poppler-utils")
		}
		t.Skip("pdftoppm is missing")
	}
	file := filepath.Join(t.TempDir(), "statement.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-gray", "-r", "600", "-f", fmt.Sprint(page), "-l", fmt.Sprint(page), file).Output()
	if err != nil {
		t.Fatal(err)
	}
	var g grey
	var most int
	if _, err := fmt.Fscanf(bytes.NewReader(out), "P5\n%d %d\n%d\n", &g.wide, &g.high, &most); err != nil || most != 255 {
		t.Fatal(err, most)
	}
	g.pixels = out[len(out)-g.wide*g.high:]
	return g
}

// decode reads a code of squares at level M with mask 0, as the printed one has
// them: the data bits in their order, without their correction.
func decode(t *testing.T, size int, dark func(row, column int) bool) string {
	t.Helper()
	version := coding.Version((size - 17) / 4)
	plan, err := coding.NewPlan(version, coding.M, 0)
	if err != nil {
		t.Fatal(err)
	}
	data := make([]byte, plan.DataBytes)
	for row, pixels := range plan.Pixel {
		for column, p := range pixels {
			black := dark(row, column)
			switch p.Role() {
			case coding.Data:
				if black != (p&coding.Black != 0) {
					data[p.Offset()/8] |= 0x80 >> (p.Offset() % 8)
				}
			case coding.Check, coding.Extra:
			default: // position, alignment, timing, format, version
				if black != (p&coding.Black != 0) {
					t.Fatalf("the square at row %d, column %d is wrong", row, column)
				}
			}
		}
	}
	bits := func(from, n int) (v int) {
		for i := from; i < from+n; i++ {
			v = v<<1 | int(data[i/8]>>(7-i%8)&1)
		}
		return v
	}
	if mode := bits(0, 4); mode != 4 {
		t.Fatalf("mode %d", mode)
	}
	length, at := bits(4, 8), 12
	if version >= 10 {
		length, at = bits(4, 16), 20
	}
	var text strings.Builder
	for i := range length {
		text.WriteByte(byte(bits(at+8*i, 8)))
	}
	return text.String()
}

// TestSquares reads the code from the printed page: where it stands, how large
// it is, that four squares around it are white, and what it says.
func TestSquares(t *testing.T) {
	for name, s := range map[string]osms.Statement{"short": signed(nobody()), "long": func() osms.Statement {
		s := nobody()
		s.Number = "ҚР-2026-10-05/0000000000042"
		return signed(s)
	}()} {
		m, err := markOf(s.Signature)
		if err != nil {
			t.Fatal(err)
		}
		want := squaresText(s, m)
		if strings.Contains(want, s.Person.Digits()) || strings.Contains(want, s.Name.Surname) {
			t.Errorf("%s: the code names the person", name)
		}
		code, err := qr.Encode(want, qr.M)
		if err != nil {
			t.Fatal(err)
		}
		step := squaresSize / float64(code.Size)
		if squaresSize < 22 || step < 0.4 {
			t.Errorf("%s: a square has %.2f mm", name, step)
		}
		g := rendered(t, pdf(t, s), 1)
		x := left + squaresQuiet*step
		y := 0.0
		for ; y < 290; y += 0.02 { // the upper edge of the first square of position
			edge := !g.dark(x-0.15, y+0.1) && !g.dark(x+7.5*step, y+0.1)
			for i := range 7 {
				edge = edge && g.dark(x+(float64(i)+0.5)*step, y+0.1)
			}
			if edge {
				break
			}
		}
		at := func(row, column int) bool {
			return g.dark(x+(float64(column)+0.5)*step, y+(float64(row)+0.5)*step)
		}
		if got := decode(t, code.Size, at); got != want {
			t.Errorf("%s: the printed code says %q, want %q", name, got, want)
		}
		for row := -squaresQuiet; row < code.Size+squaresQuiet; row++ {
			for column := -squaresQuiet; column < code.Size+squaresQuiet; column++ {
				inside := row >= 0 && column >= 0 && row < code.Size && column < code.Size
				if !inside && at(row, column) || inside && at(row, column) != code.Black(column, row) {
					t.Fatalf("%s: the square at row %d, column %d", name, row, column)
				}
			}
		}
	}
}
