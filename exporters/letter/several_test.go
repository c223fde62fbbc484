package letter

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestSeveral: letters printed together read as they do one by one, the numbers of
// their pages included; one with a list on pages behind is as long as by itself.
func TestSeveral(t *testing.T) {
	var letters []Worded
	want := ""
	add := func(c Content, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		l := Worded{c, Default()}
		var alone bytes.Buffer
		if err := l.Write(&alone); err != nil {
			t.Fatal(err)
		}
		letters, want = append(letters, l), want+text(t, alone.Bytes(), "-raw")
	}
	for _, kind := range officeKinds {
		l := office(kind)
		if kind == osms.LetterCovering {
			l.List = sample(120).Letters
		}
		add(Default().Content(l))
	}
	b := sample(2)
	for _, l := range b.Letters {
		add(Default().Notification(b, l))
	}
	if pages := strings.Count(want, "\f"); pages < len(letters)+2 {
		t.Fatalf("%d pages: the list is on the page of its letter", pages)
	}
	var one, two bytes.Buffer
	for _, w := range []*bytes.Buffer{&one, &two} {
		if err := WriteSeveral(w, letters, 20261005); err != nil {
			t.Fatal(err)
		}
	}
	if got := text(t, one.Bytes(), "-raw"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two writes differ")
	}
	if err := WriteSeveral(&one, nil, 20261005); !errors.Is(err, ErrEmpty) {
		t.Errorf("got %v", err)
	}
}
