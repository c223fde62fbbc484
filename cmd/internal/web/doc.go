// Package web is the console and the JSON API: what akimats, the Fund,
// administrators and auditors see of the register without a command line.
//
// It holds no domain logic. A handler reads what it was asked, calls a use-case of
// sync/jobs or reads sync/store, and shows the answer; what a use-case refuses is
// put into words here. Everything that can be asked stands in one table
// (routes.go) with who may ask it: a handler that is not in the table cannot be
// reached, and an akimat is kept to its own region before any handler runs.
//
// Pages are made on the server and work without JavaScript; the little there is
// brings live progress and drag and drop. Nothing is fetched from anywhere else:
// style, script and pictures are embedded, and the content security policy allows
// nothing but them. No personal number stands in an address: a person's page is
// asked for by a handle that only this installation can read (handle.go).
//
// A look at a person's data is written to the access log, with its ground,
// before anything is shown.
package web
