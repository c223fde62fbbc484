package osms

import (
	"slices"
	"testing"
)

func TestCompareKazakh(t *testing.T) {
	want := []string{"", "1А", "2А", "02Ә", "9Б", "10А", "Smith", "Абаев", "Абай", "абай", "Абдуллаева", "Асан", "Әлия", "Бекова",
		"Ғалым", "Дана", "Ержан", "Ёлкин", "Жанна", "Иванов", "Карим", "Қайрат", "Нұр", "Нүр", "Ңа", "Олег", "Өмір", "Умар", "Ұлан", "Үсен",
		"Хан", "Һауа", "Цой", "Ырыс", "Іңкәр", "Эля"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, CompareKazakh)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for i, a := range got {
		for j, b := range got {
			if c := CompareKazakh(a, b); (c < 0) != (i < j) || (c == 0) != (i == j) {
				t.Errorf("%q and %q: %d", a, b, c)
			}
		}
	}
}
