package statement

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func TestKeys(t *testing.T) {
	k := testKey("issuer")
	back, err := ParseKey(k.Encode())
	if err != nil || !back.Public().Equal(k.Public()) {
		t.Fatal(err)
	}
	keys := testKeys()
	again, err := ParseKeys(append([]byte("Кілттер:\n"), keys.Encode()...))
	if err != nil || len(again) != 2 || !again[k.ID()].Equal(k.Public()) || !bytes.Equal(again.Encode(), keys.Encode()) {
		t.Fatal(err, again)
	}
	for _, text := range []string{fmt.Sprint(k), fmt.Sprintf("%#v %x %q %d", k, k, k, k), fmt.Sprintf("%+v", struct{ K Key }{k})} {
		if !strings.Contains(text, "key "+k.ID().String()) || strings.Contains(text, fmt.Sprintf("%x", k.private[:4])) {
			t.Errorf("a key prints itself: %s", text)
		}
	}
	if _, err := k.MarshalText(); err == nil {
		t.Error("a private key went into a text")
	}
	for _, text := range []string{"", "key", string(keys.Encode()), string(k.Encode()) + string(k.Encode()), string(k.Encode()[:60])} {
		if _, err := ParseKey([]byte(text)); !errors.Is(err, ErrKey) {
			t.Errorf("%.30q as a private key: %v", text, err)
		}
	}
	for _, text := range []string{"", "key", string(k.Encode()), string(keys.Encode()) + string(k.Encode()), string(keys.Encode()[:len(keys.Encode())-30])} {
		if _, err := ParseKeys([]byte(text)); !errors.Is(err, ErrKey) {
			t.Errorf("%.30q as public keys: %v", text, err)
		}
	}
	if _, err := NewKey(strings.NewReader("short")); err == nil {
		t.Error("a key of five bytes")
	}
}

func TestCode(t *testing.T) {
	code := Code(signed(sample(2)))
	if !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(code) {
		t.Errorf("the code is %q", code)
	}
	if other := Code(Sign(sample(2), testKey("older"))); other == code || Code(sample(2)) != "" || Code(signed(sample(3))) == code {
		t.Errorf("codes %q, %q", code, other)
	}
}
