package paper

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// object is one of a document that was read back: its dictionary or array, and
// the inflated data of a stream.
type object struct {
	dict   string
	stream []byte
}

var (
	refs    = regexp.MustCompile(`(\d+) 0 R`)
	hexText = regexp.MustCompile(`<[0-9A-F]+>|\([^()]*\)`)
	marks   = regexp.MustCompile(`(?m)^/([A-Za-z0-9]+)(?:<</MCID (\d+)>>BDC| BMC)$`)
	shown   = regexp.MustCompile(`(?s)\((?:\\.|[^()\\])*\)`)
)

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// read reads a document strictly: every object is where the cross-reference
// stream says, nothing stands between them, and every length is right.
func read(t testing.TB, pdf []byte) map[int]object {
	t.Helper()
	cross, err := crossOf(pdf)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := inflate(cross.rows, (cross.size)*(1+crossWidth))
	if err != nil || len(rows) != cross.size*(1+crossWidth) {
		t.Fatalf("%d bytes of %d rows: %v", len(rows), cross.size, err)
	}
	objects, packed, starts := map[int]object{}, map[int][2]int{}, []int{}
	ends := map[int]int{}
	var row [crossWidth]byte
	for number := range cross.size {
		line := rows[number*(1+crossWidth):]
		for i := range row {
			row[i] += line[1+i]
		}
		at, index := u32(row[:], 1), u16(row[:], 5)
		switch row[0] {
		case 0:
			if number != 0 && (number < objectRegular || number >= objectFirst) {
				t.Errorf("object %d is free", number)
			}
		case 1:
			dict, stream, err := cross.at(at, number)
			if err != nil {
				t.Fatalf("object %d at %d: %v", number, at, err)
			}
			end := at + len(strconv.Itoa(number)) + len(" 0 obj\n") + len(dict) + len("\nendobj\n")
			o := object{dict: string(dict)}
			if stream != nil {
				end = at + bytes.Index(pdf[at:], []byte("stream\n")) + len("stream\n") + len(stream) + len("\nendstream\nendobj\n")
				if o.stream, err = inflate(stream, 100<<20); err != nil {
					t.Fatalf("object %d: %v", number, err)
				}
			}
			objects[number], ends[at] = o, end
			starts = append(starts, at)
		case 2:
			packed[number] = [2]int{at, index}
		default:
			t.Fatalf("object %d is of kind %d", number, row[0])
		}
	}
	slices.Sort(starts)
	at := len(header)
	for _, start := range starts {
		if start != at {
			t.Fatalf("%d bytes belong to no object before %d", start-at, start)
		}
		at = ends[start]
	}
	if !bytes.HasPrefix(pdf[at:], []byte("startxref\n")) {
		t.Errorf("something stands behind the last object")
	}
	for number, in := range packed {
		pack := objects[in[0]]
		var n, first int
		if _, err := fmt.Sscanf(pack.dict, "<</Type/ObjStm/N %d/First %d", &n, &first); err != nil || in[1] >= n {
			t.Fatalf("object %d: the stream %d has %d objects: %v", number, in[0], n, err)
		}
		heads := strings.Fields(string(pack.stream[:first]))
		if atoi(heads[2*in[1]]) != number {
			t.Fatalf("object %d: the stream says %s", number, heads[2*in[1]])
		}
		end := len(pack.stream)
		if in[1]+1 < n {
			end = first + atoi(heads[2*in[1]+3])
		}
		body := string(pack.stream[first+atoi(heads[2*in[1]+1]) : end])
		if !strings.HasSuffix(body, "\n") || strings.Count(body, "<<") != strings.Count(body, ">>") || strings.Count(body, "[") != strings.Count(body, "]") {
			t.Fatalf("object %d: %q", number, body)
		}
		objects[number] = object{dict: body}
	}
	return objects
}

// entry1 gives what follows a key of a dictionary.
func value(dict, pattern string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(dict); m != nil {
		return m[1]
	}
	return ""
}

func numbersOf(list string) (n []int) {
	for _, m := range refs.FindAllStringSubmatch(list, -1) {
		n = append(n, atoi(m[1]))
	}
	return n
}

// checkSound reads a document and checks what holds in every one: all is there
// and reachable, pages count right, and the tags of pages, links and structure
// agree with each other.
func checkSound(t testing.TB, pdf []byte) map[int]object {
	t.Helper()
	objects := read(t, pdf)
	seen := map[int]bool{}
	var walk func(number int)
	walk = func(number int) {
		if o, ok := objects[number]; !ok {
			t.Fatalf("object %d is referred to and missing", number)
		} else if !seen[number] {
			seen[number] = true
			for _, n := range numbersOf(hexText.ReplaceAllString(o.dict, "")) {
				walk(n)
			}
		}
	}
	walk(objectCatalog)
	walk(objectInfo)
	for number, o := range objects {
		if !seen[number] && !strings.HasPrefix(o.dict, "<</Type/ObjStm") && !strings.HasPrefix(o.dict, "<</Type/XRef") {
			t.Errorf("object %d cannot be reached: %.60s", number, o.dict)
		}
	}
	// The tree of pages.
	var pages []int
	var count func(node int) int
	count = func(node int) (n int) {
		dict := objects[node].dict
		if strings.HasPrefix(dict, "<</Type /Page\n") {
			pages = append(pages, node)
			return 1
		}
		for _, kid := range numbersOf(value(dict, `/Kids\[([^]]*)\]`)) {
			if atoi(value(objects[kid].dict, `/Parent (\d+) 0 R`)) != node {
				t.Errorf("node %d has another parent", kid)
			}
			n += count(kid)
		}
		if atoi(value(dict, `/Count (\d+)`)) != n {
			t.Errorf("node %d counts wrong", node)
		}
		return n
	}
	count(objectPages)
	checkTags(t, objects, pages)
	return objects
}

// checkTags compares marked content, links, parent tree and structure.
func checkTags(t testing.TB, objects map[int]object, pages []int) {
	t.Helper()
	tree := objects[objectTree].dict
	parents, last := map[int][]int{}, -1
	for _, leaf := range numbersOf(value(tree, `/ParentTree<</Kids\[([^]]*)\]`)) {
		dict := objects[leaf].dict
		first := -1
		for _, m := range regexp.MustCompile(`(\d+)(?:\[([^]]*)\]| (\d+ 0 R) )`).FindAllStringSubmatch(value(dict, `(?s)/Nums\[(.*)\]`), -1) {
			key := atoi(m[1])
			if key != last+1 {
				t.Errorf("key %d follows %d", key, last)
			}
			if last = key; first < 0 {
				first = key
			}
			parents[key] = numbersOf(m[2] + m[3])
		}
		if value(dict, `/Limits\[([^]]*)\]`) != fmt.Sprintf("%d %d", first, last) {
			t.Errorf("leaf %d: limits of %.60s", leaf, dict)
		}
	}
	if atoi(value(tree, `/ParentTreeNextKey (\d+)`)) != last+1 {
		t.Errorf("next key after %d: %s", last, tree)
	}
	elements := 0
	for _, page := range pages {
		dict := objects[page].dict
		key := atoi(value(dict, `/StructParents (\d+)`))
		content := objects[atoi(value(dict, `/Contents (\d+)`))].stream
		plain := string(shown.ReplaceAll(content, []byte("()")))
		n, open := 0, 0
		for line := range strings.SplitSeq(plain, "\n") {
			if m := marks.FindStringSubmatch(line); m != nil {
				if open++; open > 1 {
					t.Fatal("marked content within marked content")
				}
				if m[2] == "" {
					continue
				}
				if atoi(m[2]) != n || n >= len(parents[key]) {
					t.Fatalf("page %d: mark %s, want %d of %d", page, m[2], n, len(parents[key]))
				}
				e := objects[parents[key][n]].dict
				if want := fmt.Sprintf("/Pg %d 0 R/K %d", page, n); !strings.Contains(e, want) || value(e, `/S/([A-Za-z0-9]+)`) != m[1] {
					t.Errorf("page %d: mark %d as %s belongs to %s", page, n, m[1], e)
				}
				n++
			} else if line == "EMC" {
				open--
			} else if open == 0 && (strings.HasSuffix(line, "Tj") || strings.HasSuffix(line, "TJ") || strings.HasSuffix(line, " S") || strings.HasSuffix(line, " f")) {
				t.Fatalf("page %d: %q is not marked", page, line)
			}
		}
		if n != len(parents[key]) || open != 0 || strings.Count(plain, "BT\n") != strings.Count(plain, "ET\n") {
			t.Errorf("page %d: %d marks of %d, %d open", page, n, len(parents[key]), open)
		}
		elements += n
		for i, annot := range numbersOf(value(dict, `/Annots\[([^]]*)\]`)) {
			at := parents[atoi(value(objects[annot].dict, `/StructParent (\d+)`))]
			if len(at) != 1 || !strings.Contains(objects[at[0]].dict, fmt.Sprintf("/S/Link/P ")) || !strings.Contains(objects[at[0]].dict, fmt.Sprintf("/Pg %d 0 R/Obj %d 0 R", page, annot)) {
				t.Errorf("page %d: link %d belongs to %v", page, i, at)
			}
			elements++
		}
	}
	leaves := 0
	var down func(number, parent int)
	down = func(number, parent int) {
		dict := objects[number].dict
		if atoi(value(dict, `/P (\d+) 0 R`)) != parent {
			t.Errorf("element %d has not the parent %d: %s", number, parent, dict)
		}
		kids := value(dict, `/K\[([^]]*)\]`)
		if strings.Contains(dict, "/Pg ") {
			leaves++
		} else if kids == "" {
			t.Errorf("element %d is empty: %s", number, dict)
		}
		for _, kid := range numbersOf(kids) {
			down(kid, number)
		}
	}
	down(objectDocument, objectTree)
	if leaves != elements {
		t.Errorf("%d elements in the tree, %d in the pages", leaves, elements)
	}
}
