package workbook

import (
	"osmsd/sync/osms"
)

// tiles are the regions roughly at their places on the map of Kazakhstan, north
// above, west on the left; zero is no region.
var tiles = [][]osms.Region{
	{0, 0, 39, 59, 11, 55, 0},
	{27, 15, 0, 0, 71, 10, 63},
	{23, 0, 0, 62, 35, 33, 0},
	{47, 0, 43, 61, 31, 19, 0},
	{0, 0, 0, 79, 0, 75, 0},
}

const (
	heatWidth  = 17 // of a tile, which is a column of the summary
	heatColumn = 5  // of the first tile
)

// heatRows is how many rows the map takes: an empty row, its title, two rows for
// every row of tiles.
var heatRows = 2 + 2*len(tiles)

// heat is the map of a reconciliation: a sum for each region, in five steps.
type heat struct {
	title label
	sums  map[osms.Region]osms.Tiyn
	most  osms.Tiyn // the largest sum, without its sign
}

// heatOf shows what is unexplained; where nothing is, the difference.
func heatOf(r osms.Reconciliation) heat {
	h := heat{label{"Карта: түсіндірілмеген сома, теңге", "Карта: не объяснено, тенге", "Map: unexplained, tenge"}, map[osms.Region]osms.Tiyn{}, 0}
	value := func(l osms.ReconciliationLine) osms.Tiyn { return l.Unexplained }
	rest := false
	for _, l := range r.Lines {
		rest = rest || l.Unexplained != 0
	}
	if !rest {
		h.title = label{"Карта: түскені − тиесілі, теңге (бәрі түсіндірілген)", "Карта: поступило − причитается, тенге (всё объяснено)", "Map: ledger − due, tenge (all of it explained)"}
		value = func(l osms.ReconciliationLine) osms.Tiyn { return l.Difference }
	}
	for _, l := range r.Lines {
		v := value(l)
		h.sums[l.Region] = v
		h.most = max(h.most, v, -v)
	}
	return h
}

// limits are the largest sums of the steps, without sign: nothing, then a
// hundredth, a tenth and a half of the largest sum, and it. Sums of regions
// differ by orders of magnitude: equal steps would leave one dark tile.
func (h heat) limits() [tileSteps]osms.Tiyn {
	return [tileSteps]osms.Tiyn{0, h.most / 100, h.most / 10, h.most / 2, h.most}
}

// step is the shade of a sum.
func (h heat) step(v osms.Tiyn) rowKind {
	for i, limit := range h.limits() {
		if max(v, -v) <= limit {
			return firstTile + rowKind(i)
		}
	}
	return lastTile
}

// write puts the map under the table: names above, sums below them; on the left
// the legend.
func (h heat) write(w *rowWriter, lang string) error {
	w.skip()
	if err := w.put(noteRow, 16, styled{titleRow, asLine, h.title.line(lang)}); err != nil {
		return err
	}
	for i, row := range tiles {
		names := make([]any, heatColumn+len(row))
		sums := make([]any, heatColumn+len(row))
		for j, region := range row {
			if i == len(tiles)-1 && j == 0 { // what has no region stands off the map
				if _, ok := h.sums[0]; !ok {
					continue
				}
			} else if region == 0 {
				continue
			}
			names[heatColumn+j], sums[heatColumn+j] = h.tile(region, lang)
		}
		names[1], names[2], sums[1], sums[2] = h.legend(i, lang)
		if err := w.sparse(34, names...); err != nil {
			return err
		}
		if err := w.sparse(16, sums...); err != nil {
			return err
		}
	}
	return nil
}

func (h heat) tile(region osms.Region, lang string) (name, sum any) {
	text := regionLabel(region).in(lang)
	if region != 0 {
		text = region.String() + " " + text
	}
	v, ok := h.sums[region]
	if !ok {
		return styled{voidTile, asText, text}, styled{voidTile, asMove, "–"}
	}
	return styled{h.step(v), asText, text}, styled{h.step(v), asMove, v}
}

// legend gives the cells of step i: its shade, and below it up to which sum.
func (h heat) legend(i int, lang string) (shade, text, under, more any) {
	if i >= tileSteps || i > 0 && h.most == 0 {
		return nil, nil, nil, nil
	}
	limits := h.limits()
	said := label{"0", "0", "0"}
	if i > 0 {
		from, to := limits[i-1].Grouped(), limits[i].Grouped()
		said = label{from + "-ден артық, " + to + " дейін", "больше " + from + " до " + to, "over " + from + " up to " + to}
	}
	look := firstTile + rowKind(i)
	return styled{look, asText, said.in(lang)}, nil, styled{look, asMove, nil}, nil
}
