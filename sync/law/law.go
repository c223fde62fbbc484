// Package law has the legal texts as dated data: the acts, the terms and steps
// of service A, the grounds for refusing a service, the titles of services and
// forms, in Kazakh and Russian, each from a day to a day. What is official and
// what is this program's own wording is marked. A case takes the rule of its
// date; a new act is a new row, not a new program.
package law
