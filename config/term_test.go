package config_test

import (
	"testing"

	"osmsd/config"
)

func TestRetention(t *testing.T) {
	c, err := config.Load("testdata/retention.good.yaml", none)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Retention{Originals: 60, Rows: 60, Arrivals: 18, Returned: 1, Letters: 1200}
	if c.Retention != want {
		t.Errorf("%+v, want %+v", c.Retention, want)
	}
	for term, text := range map[config.Term]string{0: "0", 60: "5y", 18: "18mo", 1: "1mo"} {
		if term.String() != text {
			t.Errorf("%d: %s, want %s", int(term), term, text)
		}
	}
	c, err = config.Load("", environment(map[string]string{"OSMSD_RETENTION_ORIGINALS": "7y"}))
	if err != nil || c.Retention.Originals != 84 {
		t.Errorf("%+v, %v", c.Retention, err)
	}
}
