package letter

import (
	"slices"
	"strings"
	"text/template/parse"

	"osmsd/exporters/paper"
)

// functions are those that a template may use.
var functions = []string{"eq", "ne", "and", "or", "not"}

// outside finds what stands between the blocks and would be printed nowhere.
func (s source) outside(list *parse.ListNode) {
	for _, n := range list.Nodes {
		at := int(n.Position())
		if text, ok := n.(*parse.TextNode); ok {
			shown := strings.TrimLeft(string(text.Text), " \t\n")
			if shown == "" {
				continue
			}
			at += len(text.Text) - len(shown)
		}
		s.found.add(s.name, s.line(at), "", "what stands outside the blocks is not printed")
		return
	}
}

// block checks what stands in a block without rendering it, so that a branch
// which no letter takes today is checked too: literal text in letters that the
// font has, fields that the kind has, and nothing but fields and conditions.
func (s source) block(block string, list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			s.letters(block, int(n.Pos), string(n.Text))
		case *parse.ActionNode:
			s.pipe(block, n.Pipe)
		case *parse.IfNode:
			s.pipe(block, n.Pipe)
			s.block(block, n.List)
			s.block(block, n.ElseList)
		default:
			s.found.add(s.name, s.line(int(n.Position())), block, "only fields and {{if}} … {{else}} … {{end}} can stand in a block")
		}
	}
}

// letters looks for those that the font does not have, line by line.
func (s source) letters(block string, at int, text string) {
	for i, line := range strings.Split(text, "\n") {
		for _, face := range []*paper.Face{paper.Regular(), paper.Bold()} {
			if err := face.Check(paper.Clean(line)); err != nil {
				s.found.add(s.name, s.line(at)+i, block, "%v", err)
			}
		}
	}
}

func (s source) pipe(block string, p *parse.PipeNode) {
	if len(p.Decl) > 0 {
		s.found.add(s.name, s.line(int(p.Pos)), block, "variables cannot be used")
	}
	for _, c := range p.Cmds {
		s.command(block, c)
	}
}

func (s source) command(block string, c *parse.CommandNode) {
	compared := ""
	for _, a := range c.Args {
		line := s.line(int(a.Position()))
		switch a := a.(type) {
		case *parse.FieldNode:
			name := strings.Join(a.Ident, ".")
			if !slices.Contains(vocabulary[s.kind], name) {
				s.found.add(s.name, line, "."+name, "a letter of this kind has no such field; the fields are %s", strings.Join(vocabulary[s.kind], ", "))
			}
			compared = name
		case *parse.IdentifierNode:
			if !slices.Contains(functions, a.Ident) {
				s.found.add(s.name, line, a.Ident, "only %s can be used", strings.Join(functions, ", "))
			}
		case *parse.StringNode:
			s.letters(block, int(a.Pos), a.Text)
			if known := values[compared]; known != nil && !slices.Contains(known, a.Text) {
				s.found.add(s.name, line, "."+compared, "it is never %q; the values are %s", a.Text, strings.Join(known, ", "))
			}
		case *parse.NumberNode, *parse.BoolNode:
		case *parse.PipeNode:
			s.pipe(block, a)
		default:
			s.found.add(s.name, line, block, "%s cannot be used", a)
		}
	}
}
