package osms_test

import (
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

func TestEveryRegion(t *testing.T) {
	if n := len(osms.Regions()); n != 20 {
		t.Fatalf("%d regions", n)
	}
	for _, n := range osms.Regions() {
		kato := fmt.Sprintf("%02d", uint8(n.Region))
		for _, s := range []string{kato, kato + "0000000", kato + "2810000", n.KK, n.RU, n.EN,
			strings.ToUpper(n.KK), strings.ToLower(n.RU), "  " + n.EN + " ",
			strings.ReplaceAll(n.KK, " ", "\u00a0"), strings.ReplaceAll(n.RU, " ", "  ")} {
			if got, err := osms.ParseRegion(s); err != nil || got != n.Region {
				t.Errorf("%q: %s, %v; want %s", s, got, err, kato)
			}
		}
		if n.Region.In("kk") != n.KK || n.Region.In("ru") != n.RU || n.Region.In("en") != n.EN || n.Region.String() != kato || !n.Region.Known() {
			t.Errorf("%s does not know its own names", kato)
		}
	}
}

func TestRegionSpellings(t *testing.T) {
	for s, want := range map[string]osms.Region{
		"Алматы облысы": 19, "Алматы обл.": 19, "Алматинская обл.": 19, "область Алматинская": 19, "Almaty Region": 19, "Almaty oblast": 19,
		"Алматы қаласы": 75, "г. Алматы": 75, "г.Алматы": 75, "Алматы қ.": 75, "город Алматы": 75, "Almaty city": 75,
		"Жетысу облысы": 33, "область Жетысу": 33, "Жетісу обл": 33, "Zhetysu Region": 33, "Жетісу": 33,
		"Улытау облысы": 62, "область Улытау": 62, "обл. Ұлытау": 62,
		"Абай": 10, "область Абай": 10, "Астана": 71, "г. Астана": 71, "Шымкент": 79, "Астана қаласы": 71,
		"Восточно‑Казахстанская область": 63, "Восточно Казахстанская обл.": 63, "Шыгыс Казакстан облысы": 63,
		"Солтүстік Қазақстан": 59, "Karaganda": 35, "Кызылорда облысы": 43,
	} {
		if got, err := osms.ParseRegion(s); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %02d", s, got, err, want)
		}
	}
	for _, s := range []string{"", " ", "Алматы", "Almaty", "область", "город", "00", "12", "99", "6", "630", "630000000000", "Казахстан",
		"город Абай", "Шымкент облысы", "Қазақстан облысы", "-5", "６３"} {
		if got, err := osms.ParseRegion(s); err == nil {
			t.Errorf("%q was read as %s", s, got)
		}
	}
}
