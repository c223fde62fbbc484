package country

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// lists writes the list of organisations of each region, workbook and CSV in
// turn, with one organisation that was closed.
func (c *country) lists() error {
	for r := range c.opt.Regions {
		d := &dress{name: "organisations", language: "ru"}
		if r%2 == 1 {
			d = &dress{name: "organisations-csv", language: "ru", encoding: "utf-8-bom", delimiter: ";"}
		}
		kazakh := r%4 >= 2
		headings := []string{"№", "БИН", "Наименование на русском", "Қазақша атауы", "Регион", "Район", "Уровень образования",
			"Адрес", "Мекенжайы", "Руководитель", "Исполнитель", "Телефон", "Дата закрытия"}
		if kazakh {
			headings[1], headings[9], headings[10] = "БСН", "Басшысы", "Орындаушы"
		}
		code := c.places[r].region
		rows := [][]cell{{{kind: text, style: titled, text: "Перечень организаций образования"}}, nil, nil}
		for _, h := range headings {
			rows[2] = append(rows[2], cell{kind: text, style: headed, text: h})
		}
		t := File{Path: fmt.Sprintf("organisations/%s/organisations.%s", code, d.extension()), Kind: osms.KindOrganisations,
			Region: code, Format: d.extension(), Encoding: d.encoding, Delimiter: d.delimiter, Dress: d.name, Organisations: []osms.BIN{}}
		for org := c.regionOrgs[r][0]; org < c.regionOrgs[r][1]; org++ {
			rows = append(rows, c.listed(org, len(rows)-2))
			t.Organisations = append(t.Organisations, c.orgs[org].bin)
		}
		closed := c.listed(c.regionOrgs[r][0], len(rows)-2)
		closed[1].text = c.closedBIN(r).Digits()
		closed[2].text, closed[3].text = "Профессиональный лицей № 77 (закрыт)", "№ 77 кәсіптік лицей (жабылған)"
		closed[12] = words("31.08.2019")
		rows = append(rows, closed)
		t.Rows = len(rows) - 3
		if err := c.writeTable(t.Path, d, "Организации", []int{6, 16, 56, 56, 30, 26, 34, 44, 44, 30, 30, 20, 16}, rows); err != nil {
			return err
		}
		c.truth.Files = append(c.truth.Files, t)
	}
	return nil
}

// listed is the row of one organisation.
func (c *country) listed(org, number int) []cell {
	o, p := &c.orgs[org], c.places[c.orgs[org].region]
	k := newDraw(c.opt.Seed, saltOrganisation, 2<<40, uint64(org))
	head, executor := inventName(&k, k.of(1, 2)), inventName(&k, k.of(1, 4))
	street, house := streets[k.n(len(streets))], k.between(1, 140)
	region := [3]string{p.region.In("ru"), p.region.In("kk"), p.region.String()}[org%3]
	row := []cell{digits(number), words(o.bin.Digits()), words(c.nameRU(org)), words(c.nameKK(org)), words(region),
		words(p.districts[org%3]), words(levelWord(o.band.level(), "ru")),
		words(fmt.Sprintf("г. %s, %s, %d", p.townRU, street[1], house)), words(fmt.Sprintf("%s қ., %s, %d", p.townKK, street[0], house)),
		words(head.String()), words(executor.String()), words(fmt.Sprintf("8 (%s) %02d-%02d-%02d", p.phone, k.n(90)+10, k.n(100), k.n(100))), {}}
	for i := range row {
		row[i].style = boxed
	}
	return row
}

// writeTable writes rows to a workbook of one sheet, or to a CSV.
func (c *country) writeTable(name string, d *dress, sheet string, wide []int, rows [][]cell) error {
	return c.create(name, func(w io.Writer) error {
		if d.csv() {
			out, err := newCSV(w, d)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if _, err := out.write(line{cells: r}); err != nil {
					return err
				}
			}
			return out.close()
		}
		book := newWorkbook(w, d)
		out, err := book.sheet(sheet, wide)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := out.write(line{cells: r}); err != nil {
				return err
			}
		}
		if err := out.close(); err != nil {
			return err
		}
		return book.close()
	})
}
